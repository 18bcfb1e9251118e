import { completeSettings, type EndpointView, type Page, settingProblems } from '@drawbridge/contracts';
import { DataSource, inTransaction, isUniqueViolation } from '@drawbridge/postgres';
import { conflict, Idempotent, invalid, notFound, PageQuery, pageOf, Project, RequirePermission } from '@drawbridge/service';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { v7 as uuid } from 'uuid';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { EndpointEntity } from '../persistence/entities.js';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { cursorOf, startOf } from './cursor.js';
import { CreateEndpointDto } from './deployments.dto.js';
import { endpointView } from './views.js';

export class EndpointQuery extends PageQuery {
  @ApiPropertyOptional() @IsOptional() @IsString() model?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() environment?: string;
}

/** Endpoints: where models are served. */
@ApiTags('endpoints')
@Controller('endpoints')
export class EndpointsController {
  constructor(
    private readonly source: DataSource,
    private readonly deployments: DeploymentStore,
    private readonly evidence: EvidenceStore,
  ) {}

  @Post()
  @Idempotent((view: EndpointView) => view)
  @RequirePermission('deployments.write')
  @ApiCreatedResponse({ description: 'the endpoint; it serves nothing until a deployment' })
  async create(@Body() body: CreateEndpointDto, @Project() project: string): Promise<EndpointView> {
    const now = new Date();
    // Monitoring would refuse them when the first version starts, and nobody would be there to be told.
    const problems = settingProblems(completeSettings(body.monitoring));
    if (problems.length > 0) throw invalid(problems.map(({ field, message }) => ({ field: `monitoring.${field}`, message })));
    const taken = conflict(
      'DBR-ENDPOINT-EXISTS',
      `endpoint ${body.name} exists already`,
      'choose another name, or deploy to the existing one',
    );
    const created = inTransaction(this.source, async (tx) => {
      if ((await this.deployments.endpointByName(tx, project, body.name)) !== null) throw taken;
      const modelId = await this.evidence.modelId(tx, project, body.model);
      if (modelId === undefined) throw notFound('model', body.model);
      const endpoint = new EndpointEntity();
      Object.assign(endpoint, {
        id: uuid(),
        project,
        name: body.name,
        environment: body.environment,
        modelId,
        model: body.model,
        monitoring: body.monitoring ?? null,
        targets: [],
        activeDeploymentId: null,
        createdAt: now,
        updatedAt: now,
      });
      await this.deployments.save(tx, endpoint);
      return endpointView(endpoint);
    });
    // Two requests at once both see no such name; the index lets one through.
    return created.catch((error: unknown) => {
      throw isUniqueViolation(error) ? taken : error;
    });
  }

  @Get()
  @RequirePermission('deployments.read')
  @ApiOkResponse({ description: 'endpoints, newest first' })
  async list(@Query() query: EndpointQuery, @Project() project: string): Promise<Page<EndpointView>> {
    const { model, environment } = query;
    const limit = query.limit ?? 50;
    const rows = await this.deployments.endpoints(
      this.source.manager,
      { project, model, environment },
      limit + 1,
      startOf(query.pageToken),
    );
    const page = pageOf(rows, limit, cursorOf);
    return { ...page, items: await Promise.all(page.items.map((endpoint) => this.view(endpoint))) };
  }

  @Get(':name')
  @RequirePermission('deployments.read')
  @ApiOkResponse({ description: 'one endpoint with its routing' })
  async get(@Param('name') name: string, @Project() project: string): Promise<EndpointView> {
    const endpoint = await this.deployments.endpointByName(this.source.manager, project, name);
    if (endpoint === null) throw notFound('endpoint', name);
    return this.view(endpoint);
  }

  private async view(endpoint: EndpointEntity): Promise<EndpointView> {
    const { activeDeploymentId } = endpoint;
    return endpointView(
      endpoint,
      activeDeploymentId === null ? null : await this.deployments.deployment(this.source.manager, activeDeploymentId),
    );
  }
}
