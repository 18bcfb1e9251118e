import type { ApprovalView, Page } from '@drawbridge/contracts';
import {
  actorOf,
  ApiProblems,
  conflict,
  CurrentPrincipal,
  Idempotent,
  invalid,
  mapPage,
  notFound,
  pageOf,
  type Principal,
  ProjectFilter,
  RequirePermission,
} from '@drawbridge/service';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApprovalStore } from '../persistence/approval.store.js';
import { Database } from '../persistence/database.js';
import { VersionStore } from '../persistence/version.store.js';
import { Gatekeeper } from '../sagas/gatekeeper.js';
import { AnswerDto, ApprovalQuery, AskAgainDto } from './approvals.dto.js';
import { cursorOf, keysetOf } from './keyset.js';
import { approvalView } from './views.js';

/** Questions to persons. Never answered by GET. */
@ApiTags('approvals')
@Controller('approvals')
export class ApprovalsController {
  constructor(
    private readonly database: Database,
    private readonly approvals: ApprovalStore,
    private readonly versions: VersionStore,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  @Get()
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'approvals, newest first; `cannotDecide` says why the caller may not answer' })
  async list(
    @Query() query: ApprovalQuery,
    @CurrentPrincipal() principal: Principal,
    @ProjectFilter() header: string | undefined,
  ): Promise<Page<ApprovalView>> {
    const { project = header, status, model, version, environment, mine } = query;
    const whose = mine === undefined ? {} : mine === 'requested' ? { requestedBy: principal.id } : { waitingFor: principal.id };
    const filter = { project, status, model, version, environment, ...whose };
    const found = await this.database.read((tx) => this.approvals.list(tx, keysetOf(query, 'createdAt'), filter));
    const now = new Date();
    return mapPage(
      pageOf(found, query.limit, (stored) => cursorOf(stored.createdAt, stored.approval.id)),
      (stored) => approvalView(stored, principal, now),
    );
  }

  @Get(':id')
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'one approval with its answers' })
  @ApiProblems(404)
  async get(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<ApprovalView> {
    const stored = await this.database.read((tx) => this.approvals.get(tx, id));
    if (stored === undefined) throw notFound('approval', id);
    return approvalView(stored, principal, new Date());
  }

  @Post(':id/decisions')
  @HttpCode(200)
  @Idempotent()
  @RequirePermission('approvals.decide')
  @ApiOkResponse({ description: 'the approval after the answer' })
  @ApiProblems(400, 404, 409)
  async decide(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AnswerDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ApprovalView> {
    const { decision, comment = '' } = body;
    if (decision === 'rejected' && comment.trim() === '') throw invalid([{ field: 'comment', message: 'say why you reject it' }]);
    await this.gatekeeper.answer({ id, responder: principal, decision, comment: comment.trim() }, new Date());
    return this.get(id, principal);
  }

  @Post()
  @Idempotent()
  @RequirePermission('deployments.write')
  @ApiCreatedResponse({ description: 'the question, asked anew after it was rejected or ran out of time, or the one that is open' })
  @ApiProblems(400, 404, 409)
  async askAgain(
    @Body() body: AskAgainDto,
    @CurrentPrincipal() principal: Principal,
    @ProjectFilter() header: string | undefined,
  ): Promise<ApprovalView> {
    const { model, version, environment, project = header ?? 'default' } = body;
    const now = new Date();
    const id = await this.database.write(async (tx) => {
      const stored = await this.versions.byName(tx, project, model, version);
      if (stored === undefined) throw notFound('version', `${model} ${version}`);
      const question = {
        action: 'version.register',
        environment,
        version: stored,
        requestedBy: actorOf(principal),
        anew: true,
        now,
      } as const;
      const decision = await this.gatekeeper.ask(tx, question);
      if (decision.approvalId !== undefined) return decision.approvalId;
      const reasons = decision.rules.filter((rule) => rule.result !== 'pass').map((rule) => `${rule.id}: ${rule.why}`);
      throw conflict(
        'DBR-APPROVAL-NOT-NEEDED',
        decision.verdict === 'allow'
          ? 'The policy asks for no approval.'
          : `The policy refuses it before anybody is asked: ${reasons.join('; ')}`,
      );
    });
    return this.get(id, principal);
  }
}
