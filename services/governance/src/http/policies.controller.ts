import type { Page, PolicyView } from '@drawbridge/contracts';
import {
  actorOf,
  ApiProblems,
  CurrentPrincipal,
  Idempotent,
  mapPage,
  notFound,
  pageOf,
  PageQuery,
  type Principal,
  ProjectFilter,
  RequirePermission,
} from '@drawbridge/service';
import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Database } from '../persistence/database.js';
import { PolicyStore, type StoredPolicy } from '../persistence/policy.store.js';
import { PolicySaga } from '../sagas/policy.saga.js';
import { projectPattern, projectRule } from './access.dto.js';
import { cursorOf, keysetOf } from './keyset.js';
import { policyView } from './views.js';

export class PolicyTextDto {
  @ApiProperty({ type: String, description: 'the policy as YAML' })
  @IsString()
  @Length(1, 100_000)
  yaml!: string;

  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @Matches(projectPattern, projectRule)
  project?: string;
}

export class PolicyQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) environment?: string;
}

export class ProjectQuery {
  @ApiPropertyOptional({ type: String, default: 'default' }) @IsOptional() @IsString() @MaxLength(63) project?: string;
}

/** Policies: published as text, never changed, one in force per environment. */
@ApiTags('policies')
@Controller('policies')
export class PoliciesController {
  constructor(
    private readonly database: Database,
    private readonly policies: PolicyStore,
    private readonly saga: PolicySaga,
  ) {}

  @Post()
  @Idempotent()
  @RequirePermission('policies.write')
  @ApiCreatedResponse({ description: 'the version now in force' })
  @ApiOkResponse({ description: 'this text was in force already' })
  @ApiProblems(400, 409, 422)
  async publish(
    @Body() body: PolicyTextDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
    @ProjectFilter() header: string | undefined,
  ): Promise<PolicyView> {
    const { policy, changed } = await this.saga.publish(body.yaml, body.project ?? header ?? 'default', actorOf(principal), new Date());
    void reply.status(changed ? 201 : 200);
    return policyView(policy);
  }

  @Post('lint')
  @HttpCode(200)
  @RequirePermission('policies.write')
  @ApiOkResponse({ description: 'every mistake in the text, by rule' })
  lint(@Body() body: PolicyTextDto): { ok: boolean; findings: { field: string; message: string }[] } {
    const findings = this.saga.lint(body.yaml);
    return { ok: findings.length === 0, findings: findings.map(({ field, message }) => ({ field, message })) };
  }

  @Get()
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'the newest version of each policy; those of a project with those of the installation' })
  async list(@Query() query: PolicyQuery, @ProjectFilter() header: string | undefined): Promise<Page<PolicyView>> {
    const { project = header, environment } = query;
    const found = await this.database.read((tx) => this.policies.list(tx, keysetOf(query, 'createdAt'), { project, environment }));
    return mapPage(
      pageOf(found, query.limit, (policy) => cursorOf(policy.createdAt, policy.id)),
      policyView,
    );
  }

  @Get(':policy')
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'the newest version, by name or id' })
  @ApiProblems(404)
  async get(@Param('policy') name: string, @Query() query: ProjectQuery, @ProjectFilter() header: string | undefined): Promise<PolicyView> {
    return policyView(await this.find(name, query.project ?? header));
  }

  @Get(':policy/versions')
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'all versions, newest first' })
  @ApiProblems(404)
  async versions(
    @Param('policy') name: string,
    @Query() query: ProjectQuery,
    @ProjectFilter() header: string | undefined,
  ): Promise<Page<PolicyView>> {
    const policy = await this.find(name, query.project ?? header);
    const versions = await this.database.read((tx) => this.policies.versions(tx, policy.id));
    return { items: versions.map(policyView), asOf: new Date().toISOString() };
  }

  @Get(':policy/versions/:version')
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'one version' })
  @ApiProblems(404)
  async version(
    @Param('policy') name: string,
    @Param('version', ParseIntPipe) version: number,
    @Query() query: ProjectQuery,
    @ProjectFilter() header: string | undefined,
  ): Promise<PolicyView> {
    const policy = await this.find(name, query.project ?? header);
    const found = await this.database.read((tx) => this.policies.version(tx, policy.id, version));
    if (found === undefined) throw notFound('policy version', `${policy.name}@${version}`);
    return policyView(found);
  }

  private async find(name: string, project = 'default'): Promise<StoredPolicy> {
    const found = await this.database.read((tx) => this.policies.find(tx, project, name));
    if (found === undefined) throw notFound('policy', name);
    return found;
  }
}
