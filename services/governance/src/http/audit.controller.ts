import type { AuditEntryView, AuditVerification, Page } from '@drawbridge/contracts';
import { ApiProblems, mapPage, notFound, pageOf, PageQuery, ProjectFilter, RequirePermission } from '@drawbridge/service';
import { Controller, Get, Param, ParseIntPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsISO8601, IsOptional, IsString, MaxLength } from 'class-validator';
import { AuditStore } from '../persistence/audit.store.js';
import { Database } from '../persistence/database.js';
import { AuditLog } from '../sagas/audit-log.js';
import { cursorOf, keysetOf } from './keyset.js';
import { auditView } from './views.js';

export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ type: String, description: 'id of a person, machine or service' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  actor?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(100) action?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(500) subject?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(100) topic?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(50) outcome?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time' }) @IsOptional() @IsISO8601({ strict: true }) from?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time' }) @IsOptional() @IsISO8601({ strict: true }) to?: string;
}

/** Who did what, when and why; and whether the record is complete and unaltered. */
@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditStore,
    private readonly log: AuditLog,
  ) {}

  @Get()
  @RequirePermission('audit.read')
  @ApiOkResponse({ description: 'entries, newest first by event time' })
  async list(@Query() query: AuditQuery, @ProjectFilter() header: string | undefined): Promise<Page<AuditEntryView>> {
    const { project = header, actor, action, subject, topic, outcome, from, to } = query;
    const times = { ...(from === undefined ? {} : { from: new Date(from) }), ...(to === undefined ? {} : { to: new Date(to) }) };
    const filter = { project, actor, action, subject, topic, outcome, ...times };
    const found = await this.database.read((tx) => this.audit.list(tx, keysetOf(query, 'at'), filter));
    return mapPage(
      pageOf(found, query.limit, ({ entry }) => cursorOf(entry.at, entry.index)),
      auditView,
    );
  }

  @Get('verify')
  @RequirePermission('audit.read')
  @ApiOkResponse({ description: 'the whole log, recomputed; the first entry that is altered or missing is named' })
  verify(): Promise<AuditVerification> {
    return this.log.verify(new Date());
  }

  @Get(':index')
  @RequirePermission('audit.read')
  @ApiOkResponse({ description: 'one entry' })
  @ApiProblems(404)
  async get(@Param('index', ParseIntPipe) index: number): Promise<AuditEntryView> {
    const found = index < 0 ? undefined : await this.database.read((tx) => this.audit.at(tx, index));
    if (found === undefined) throw notFound('audit entry', String(index));
    return auditView(found);
  }
}
