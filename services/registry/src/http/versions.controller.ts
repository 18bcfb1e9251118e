import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { LineageView, ModelView, Page, VersionView } from '@drawbridge/contracts';
import {
  actorOf,
  ApiProblems,
  CurrentPrincipal,
  decodeCursor,
  Idempotent,
  invalid,
  mapPage,
  notFound,
  pageOf,
  parseSort,
  type Principal,
  Project,
  RequirePermission,
} from '@drawbridge/service';
import type { FastifyReply } from 'fastify';
import { ChangeModel } from '../commands/change-model.js';
import { RegisterVersion } from '../commands/register-version.js';
import { type Comparison, FilterError, parseFilter } from '../domain/filter.js';
import type { Model, Version } from '../domain/model.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { ModelStore } from '../persistence/model.store.js';
import { VersionStore } from '../persistence/version.store.js';
import { ApiPage, LineageDocument, ModelDocument, VersionDocument } from './documents.js';
import { TagBody } from './models.dto.js';
import { RegisterVersionBody, VersionListQuery } from './versions.dto.js';
import { lineageView, modelView, versionView } from './views.js';

@ApiTags('versions')
@Controller('models/:name/versions')
export class VersionsController {
  constructor(
    private readonly registration: RegisterVersion,
    private readonly changeModel: ChangeModel,
    private readonly models: ModelStore,
    private readonly versions: VersionStore,
    private readonly deployments: DeploymentStore,
  ) {}

  @Post()
  @RequirePermission('models.write')
  @Idempotent(versionView)
  @ApiCreatedResponse({ type: VersionDocument })
  @ApiProblems(400, 404, 409, 413, 422)
  async register(
    @Param('name') name: string,
    @Body() body: RegisterVersionBody,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VersionView> {
    const version = await this.registration.run(project, name, body, actorOf(principal), new Date());
    reply.header('location', `/api/v1/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version.version)}`);
    return versionView(version);
  }

  @Get()
  @RequirePermission('models.read')
  @ApiPage(VersionDocument)
  @ApiProblems(400, 404)
  async list(@Param('name') name: string, @Query() query: VersionListQuery, @Project() project: string): Promise<Page<VersionView>> {
    const sort = parseSort(query.sort, ['createdAt'] as const, { field: 'createdAt', descending: true });
    const cursor = decodeCursor(query.pageToken, 1);
    const filter = filterOf(query.filter);
    const model = await this.model(project, name);
    const rows = await this.versions.page({
      modelId: model.id,
      filter,
      ...(query.author !== undefined && { author: query.author }),
      ...(query.flavour !== undefined && { flavour: query.flavour }),
      ...(query.createdAfter !== undefined && { createdAfter: new Date(query.createdAfter) }),
      ...(query.createdBefore !== undefined && { createdBefore: new Date(query.createdBefore) }),
      oldestFirst: !sort.descending,
      ...(cursor !== undefined && { after: ordinalOf(cursor) }),
      limit: query.limit,
    });
    return mapPage(
      pageOf(rows, query.limit, (version) => [version.ordinal]),
      versionView,
    );
  }

  @Get(':version')
  @RequirePermission('models.read')
  @ApiOkResponse({ type: VersionDocument })
  @ApiProblems(404)
  async read(@Param('name') name: string, @Param('version') version: string, @Project() project: string): Promise<VersionView> {
    return versionView(await this.version(project, name, version));
  }

  @Get(':version/lineage')
  @RequirePermission('models.read')
  @ApiOkResponse({ type: LineageDocument })
  @ApiProblems(404)
  async lineage(@Param('name') name: string, @Param('version') version: string, @Project() project: string): Promise<LineageView> {
    const found = await this.version(project, name, version);
    return lineageView(found, await this.deployments.onEndpointsOf(found.modelId, found.version));
  }

  @Put(':version/tags/:key')
  @RequirePermission('models.write')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(400, 404)
  async setTag(
    @Param('name') name: string,
    @Param('version') version: string,
    @Param('key') key: string,
    @Body() body: TagBody,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ModelView> {
    const context = { project, model: name, actor: actorOf(principal), now: new Date() };
    return modelView(await this.changeModel.setVersionTag(context, version, key, body.value));
  }

  @Delete(':version/tags/:key')
  @RequirePermission('models.write')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(404)
  async removeTag(
    @Param('name') name: string,
    @Param('version') version: string,
    @Param('key') key: string,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ModelView> {
    const context = { project, model: name, actor: actorOf(principal), now: new Date() };
    return modelView(await this.changeModel.removeVersionTag(context, version, key));
  }

  private async model(project: string, name: string): Promise<Model> {
    const model = await this.models.byName(project, name);
    if (model === undefined) throw notFound('model', name);
    return model;
  }

  /** By version, or by alias when it begins with an @. */
  private async version(project: string, name: string, version: string): Promise<Version> {
    const model = await this.model(project, name);
    const found = version.startsWith('@')
      ? await this.versions.byAlias(model.id, version.slice(1))
      : await this.versions.byVersion(model.id, version);
    if (found === undefined) throw notFound('version', `${name}/${version}`);
    return found;
  }
}

function filterOf(text: string | undefined): Comparison[] {
  if (text === undefined || text.trim() === '') return [];
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) throw invalid([{ field: 'filter', message: error.message }]);
    throw error;
  }
}

function ordinalOf(cursor: readonly (string | number)[]): number {
  const ordinal = cursor[0];
  if (Number.isSafeInteger(ordinal)) return ordinal as number;
  throw invalid([{ field: 'pageToken', message: 'must be the nextPageToken of an earlier answer; leave it out to start anew' }]);
}
