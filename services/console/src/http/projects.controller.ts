import type { ProjectView } from '@drawbridge/contracts';
import { DataSource } from '@drawbridge/postgres';
import { PageQuery, RequirePermission } from '@drawbridge/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { DocumentStore } from '../persistence/document.store.js';

/** Where things are: a project exists from the first thing made in it. */
@ApiTags('projects')
@Controller('projects')
export class ProjectsController {
  constructor(
    private readonly source: DataSource,
    private readonly documents: DocumentStore,
  ) {}

  @Get()
  @RequirePermission('events.read')
  @ApiOkResponse({ description: 'projects, `default` and then the one that changed last first' })
  async list(@Query() { limit }: PageQuery): Promise<{ items: ProjectView[]; asOf: string }> {
    const found = await this.documents.projects(this.source.manager, limit);
    const views = found.map(({ changedAt, ...rest }): ProjectView => ({ ...rest, changedAt: changedAt.toISOString() }));
    const first = views.find(({ name }) => name === 'default') ?? { name: 'default', models: 0, endpoints: 0 };
    return { items: [first, ...views.filter(({ name }) => name !== 'default')], asOf: new Date().toISOString() };
  }
}
