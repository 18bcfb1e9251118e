import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ModelView, Page } from '@drawbridge/contracts';
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
import { ChangeAlias } from '../commands/change-alias.js';
import { ChangeModel } from '../commands/change-model.js';
import { CreateModel } from '../commands/create-model.js';
import type { Model } from '../domain/model.js';
import { type ModelOrder, type ModelQuery, ModelStore } from '../persistence/model.store.js';
import { ApiPage, ModelDocument } from './documents.js';
import { AliasBody, CreateModelBody, ModelListQuery, PatchModelBody, TagBody } from './models.dto.js';
import { modelView } from './views.js';

const orders: readonly ModelOrder[] = ['name', 'createdAt', 'updatedAt'];

@ApiTags('models')
@Controller('models')
export class ModelsController {
  constructor(
    private readonly createModel: CreateModel,
    private readonly changeModel: ChangeModel,
    private readonly changeAlias: ChangeAlias,
    private readonly models: ModelStore,
  ) {}

  @Post()
  @RequirePermission('models.write')
  @Idempotent(modelView)
  @ApiCreatedResponse({ type: ModelDocument })
  @ApiProblems(400, 409, 413, 422)
  async create(
    @Body() body: CreateModelBody,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ModelView> {
    const model = await this.createModel.run(project, body, actorOf(principal), new Date());
    reply.header('location', `/api/v1/models/${encodeURIComponent(model.name)}`);
    return modelView(model);
  }

  @Get()
  @RequirePermission('models.read')
  @ApiPage(ModelDocument)
  @ApiProblems(400)
  async list(@Query() query: ModelListQuery, @Project() project: string): Promise<Page<ModelView>> {
    const sort = parseSort(query.sort, orders, { field: 'name', descending: false });
    const cursor = decodeCursor(query.pageToken, 2);
    const asked: ModelQuery = {
      project,
      ...(query.name !== undefined && { name: query.name }),
      ...(query.owner !== undefined && { owner: query.owner }),
      ...(query.riskClass !== undefined && { riskClass: query.riskClass }),
      tags: tagFilters(query.tag),
      order: sort.field,
      descending: sort.descending,
      ...(cursor !== undefined && { after: cursorOf(cursor, sort.field) }),
      limit: query.limit,
    };
    return mapPage(
      pageOf(await this.models.page(asked), query.limit, (model) => [orderValue(model, sort.field), model.id]),
      modelView,
    );
  }

  @Get(':name')
  @RequirePermission('models.read')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(404)
  async read(@Param('name') name: string, @Project() project: string): Promise<ModelView> {
    const model = await this.models.byName(project, name);
    if (model === undefined) throw notFound('model', name);
    return modelView(model);
  }

  @Patch(':name')
  @RequirePermission('models.write')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(400, 404)
  async patch(
    @Param('name') name: string,
    @Body() body: PatchModelBody,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ModelView> {
    if (Object.values(body).every((value) => value === undefined)) {
      throw invalid([{ field: '(body)', message: 'must change at least one of description, owner, riskClass' }]);
    }
    return modelView(await this.changeModel.patch(contextOf(project, name, principal), body));
  }

  @Put(':name/tags/:key')
  @RequirePermission('models.write')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(400, 404)
  async setTag(
    @Param('name') name: string,
    @Param('key') key: string,
    @Body() body: TagBody,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ModelView> {
    return modelView(await this.changeModel.setTag(contextOf(project, name, principal), key, body.value));
  }

  @Delete(':name/tags/:key')
  @RequirePermission('models.write')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(404)
  async removeTag(
    @Param('name') name: string,
    @Param('key') key: string,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ModelView> {
    return modelView(await this.changeModel.removeTag(contextOf(project, name, principal), key));
  }

  @Put(':name/aliases/:alias')
  @RequirePermission('models.write')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(400, 404)
  async setAlias(
    @Param('name') name: string,
    @Param('alias') alias: string,
    @Body() body: AliasBody,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ModelView> {
    return modelView(await this.changeAlias.run(contextOf(project, name, principal), alias, body.version, body.reason));
  }

  @Delete(':name/aliases/:alias')
  @RequirePermission('models.write')
  @ApiOkResponse({ type: ModelDocument })
  @ApiProblems(404)
  async removeAlias(
    @Param('name') name: string,
    @Param('alias') alias: string,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ModelView> {
    return modelView(await this.changeAlias.run(contextOf(project, name, principal), alias, undefined));
  }
}

function contextOf(
  project: string,
  model: string,
  principal: Principal,
): { project: string; model: string; actor: ReturnType<typeof actorOf>; now: Date } {
  return { project, model, actor: actorOf(principal), now: new Date() };
}

function tagFilters(tag: unknown): ModelQuery['tags'] {
  const given: unknown[] = tag === undefined ? [] : Array.isArray(tag) ? tag : [tag];
  return given.map((text) => {
    if (typeof text !== 'string' || text === '') throw invalid([{ field: 'tag', message: 'must be key or key=value' }]);
    const at = text.indexOf('=');
    return at < 0 ? { key: text } : { key: text.slice(0, at), value: text.slice(at + 1) };
  });
}

function orderValue(model: Model, order: ModelOrder): string {
  return order === 'name' ? model.name : model[order].toISOString();
}

const UUID = /^[0-9a-f-]{36}$/;

function cursorOf(cursor: readonly (string | number)[], order: ModelOrder): { value: string; id: string } {
  const [value, id] = cursor.map(String) as [string, string];
  if (!UUID.test(id) || (order !== 'name' && Number.isNaN(Date.parse(value)))) {
    throw invalid([{ field: 'pageToken', message: 'belongs to another sort; leave it out to start anew' }]);
  }
  return { value, id };
}
