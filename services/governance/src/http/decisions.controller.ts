import type { DecisionView, Page } from '@drawbridge/contracts';
import { ApiProblems, mapPage, notFound, pageOf, PageQuery, ProjectFilter, RequirePermission } from '@drawbridge/service';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { Database } from '../persistence/database.js';
import { DecisionStore } from '../persistence/decision.store.js';
import { cursorOf, keysetOf } from './keyset.js';
import { decisionView } from './views.js';

const verdicts = ['allow', 'deny', 'needs-approval'];

export class DecisionQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) model?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(100) version?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) environment?: string;
  @ApiPropertyOptional({ type: String, description: 'a deployment id' }) @IsOptional() @IsString() @MaxLength(100) deployment?: string;
  @ApiPropertyOptional({ type: String, enum: verdicts }) @IsOptional() @IsIn(verdicts) verdict?: string;
}

/** What policies were asked and answered, rule by rule. */
@ApiTags('decisions')
@Controller('decisions')
export class DecisionsController {
  constructor(
    private readonly database: Database,
    private readonly decisions: DecisionStore,
  ) {}

  @Get()
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'decisions, newest first' })
  async list(@Query() query: DecisionQuery, @ProjectFilter() header: string | undefined): Promise<Page<DecisionView>> {
    const { project = header, model, version, environment, deployment, verdict } = query;
    const filter = { project, model, version, environment, deployment, verdict };
    const found = await this.database.read((tx) => this.decisions.list(tx, keysetOf(query, 'at'), filter));
    return mapPage(
      pageOf(found, query.limit, (decision) => cursorOf(decision.at, decision.id)),
      decisionView,
    );
  }

  @Get(':id')
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'one decision' })
  @ApiProblems(404)
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<DecisionView> {
    const found = await this.database.read((tx) => this.decisions.get(tx, id));
    if (found === undefined) throw notFound('decision', id);
    return decisionView(found);
  }
}
