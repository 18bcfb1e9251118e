import type { IncidentView, Page } from '@drawbridge/contracts';
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
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { Incident } from '../domain/incident.js';
import { Database } from '../persistence/database.js';
import { IncidentStore } from '../persistence/incident.store.js';
import { IncidentSaga } from '../sagas/incident.saga.js';
import { cursorOf, keysetOf } from './keyset.js';
import { incidentView } from './views.js';

const statuses = ['open', 'acknowledged', 'mitigated', 'resolved'];
const severities = ['low', 'medium', 'high', 'critical'];

export class IncidentQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ type: String, enum: statuses }) @IsOptional() @IsIn(statuses) status?: string;
  @ApiPropertyOptional({ type: String, enum: severities }) @IsOptional() @IsIn(severities) severity?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) endpoint?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) model?: string;
}

export class ResolveDto {
  @ApiProperty({ type: String })
  @IsString()
  @Length(1, 2_000)
  reason!: string;
}

/** What needs a person, with the evidence as it was. */
@ApiTags('incidents')
@Controller('incidents')
export class IncidentsController {
  constructor(
    private readonly database: Database,
    private readonly incidents: IncidentStore,
    private readonly saga: IncidentSaga,
  ) {}

  @Get()
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'incidents, newest first' })
  async list(@Query() query: IncidentQuery, @ProjectFilter() header: string | undefined): Promise<Page<IncidentView>> {
    const { project = header, status, severity, endpoint, model } = query;
    return this.database.read(async (tx) => {
      const found = await this.incidents.list(tx, keysetOf(query, 'openedAt'), { project, status, severity, endpoint, model });
      const page = pageOf(found, query.limit, (incident) => cursorOf(incident.openedAt, incident.id));
      const ids = page.items.map((incident) => incident.id);
      const timelines = await this.incidents.timelines(tx, ids);
      return mapPage(page, (incident) => incidentView(incident, timelines.get(incident.id) ?? []));
    });
  }

  @Get(':id')
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'one incident with its evidence and timeline' })
  @ApiProblems(404)
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<IncidentView> {
    const incident = await this.database.read((tx) => this.incidents.get(tx, id));
    if (incident === undefined) throw notFound('incident', id);
    return this.view(incident);
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Idempotent()
  @RequirePermission('incidents.write')
  @ApiOkResponse({ description: 'the incident, taken by the caller' })
  @ApiProblems(404, 409)
  async acknowledge(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<IncidentView> {
    return this.view(await this.saga.acknowledge(id, actorOf(principal), new Date()));
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Idempotent()
  @RequirePermission('incidents.write')
  @ApiOkResponse({ description: 'the incident, resolved' })
  @ApiProblems(400, 404, 409)
  async resolve(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ResolveDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<IncidentView> {
    return this.view(await this.saga.resolve(id, body.reason, actorOf(principal), new Date()));
  }

  private async view(incident: Incident): Promise<IncidentView> {
    const timelines = await this.database.read((tx) => this.incidents.timelines(tx, [incident.id]));
    return incidentView(incident, timelines.get(incident.id) ?? []);
  }
}
