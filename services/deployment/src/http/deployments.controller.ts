import { type DeploymentVerb, type DeploymentView, deploymentVerbs, type Page } from '@drawbridge/contracts';
import { DataSource, inTransaction, type Transaction } from '@drawbridge/postgres';
import {
  actorOf,
  conflict,
  CurrentPrincipal,
  Idempotent,
  invalid,
  notFound,
  pageOf,
  PageQuery,
  type Principal,
  ProblemError,
  Project,
  RequirePermission,
} from '@drawbridge/service';
import { linkActiveSpan } from '@drawbridge/telemetry';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { knownRefusals } from '../domain/gate.js';
import { completeStrategy, strategyProblems } from '../domain/strategy.js';
import { mayUse, wayOut } from '../domain/verbs.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import type { EndpointEntity, VersionEntity } from '../persistence/entities.js';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { OperatorSaga, verbFacts } from '../sagas/operator.saga.js';
import type { Held } from '../sagas/rollout.saga.js';
import { cursorOf, startOf } from './cursor.js';
import { RequestDeploymentDto, VerbDto } from './deployments.dto.js';
import { deploymentView } from './views.js';

export class DeploymentQuery extends PageQuery {
  @ApiPropertyOptional() @IsOptional() @IsString() endpoint?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() model?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() version?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() status?: string;
}

/** Deployments: requests that the gate answers, and rollouts with their verbs. */
@ApiTags('deployments')
@Controller('deployments')
export class DeploymentsController {
  constructor(
    private readonly source: DataSource,
    private readonly deployments: DeploymentStore,
    private readonly evidence: EvidenceStore,
    private readonly operator: OperatorSaga,
  ) {}

  @Post()
  @HttpCode(202)
  @Idempotent((view: DeploymentView) => view)
  @RequirePermission('deployments.write')
  @ApiAcceptedResponse({ description: 'the request; the gate answers it by event, watch status' })
  async request(
    @Body() body: RequestDeploymentDto,
    @Project() project: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeploymentView> {
    const strategy = completeStrategy(body.strategy);
    const problems = strategyProblems(strategy);
    if (problems.length > 0) throw invalid(problems);
    const now = new Date();
    return inTransaction(this.source, async (tx) => {
      const endpoint = await this.deployments.lockEndpointByName(tx, project, body.endpoint);
      if (endpoint === null) throw notFound('endpoint', body.endpoint);
      const version = await this.evidence.version(tx, project, endpoint.model, body.version);
      if (version === null) throw unknownVersion(endpoint.model, body.version);
      await this.refuseIfCertain(tx, endpoint, version, now);
      const order = { endpoint, version, strategy, hold: body.hold ?? false, reason: body.reason ?? '' };
      // The request goes on from the registration: by cause in the events, by link between the traces.
      if (version.traceparent !== null) linkActiveSpan({ traceparent: version.traceparent });
      const cause = { id: version.eventId, chainId: version.chainId };
      const deployment = await this.operator.request(tx, order, { actor: actorOf(principal), cause, now });
      return this.view(tx, { endpoint, deployment });
    });
  }

  @Get()
  @RequirePermission('deployments.read')
  @ApiOkResponse({ description: 'deployments, newest first' })
  async list(@Query() query: DeploymentQuery, @Project() project: string): Promise<Page<DeploymentView>> {
    const { endpoint, model, version, status } = query;
    const limit = query.limit ?? 50;
    const tx = this.source.manager;
    const rows = await this.deployments.deployments(tx, { project, endpoint, model, version, status }, limit + 1, startOf(query.pageToken));
    const page = pageOf(rows, limit, cursorOf);
    return { ...page, items: await Promise.all(page.items.map(async (row) => this.view(tx, await this.read(tx, row.id), false))) };
  }

  @Get(':id')
  @RequirePermission('deployments.read')
  @ApiOkResponse({ description: 'one deployment with analyses, timeline and the verbs that may be used' })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<DeploymentView> {
    return this.view(this.source.manager, await this.read(this.source.manager, id));
  }

  @Post(':id/:verb')
  @HttpCode(200)
  @Idempotent((view: DeploymentView) => view)
  @RequirePermission('deployments.write')
  @ApiOkResponse({ description: 'the deployment after start, pause, resume, promote, skip-to-full, abort, rollback or retry' })
  async use(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('verb') word: string,
    @Body() body: VerbDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeploymentView> {
    const verb = verbOf(word);
    return inTransaction(this.source, async (tx) => {
      const asked = await this.deployments.deployment(tx, id);
      if (asked === null) throw notFound('deployment', id);
      const endpoint = await this.deployments.lockEndpoint(tx, asked.endpointId);
      const deployment = await this.deployments.deployment(tx, id);
      if (endpoint === null || deployment === null) throw notFound('deployment', id);
      const held: Held = { endpoint, deployment };
      const facts = verbFacts(held);
      const answer = mayUse(verb, facts);
      if (!answer.allowed) throw conflict('DBR-DEPLOYMENT-VERB', `cannot ${verb}: ${answer.why}`, wayOut(facts));
      // The gate's yes may have lapsed while the deployment was held: what is certain is said at once, the rest by the gate's next answer.
      if (verb === 'start') await this.refuseWithoutApproval(tx, endpoint, deployment.version, deployment.artifactSha256, new Date());
      const reason = body.reason ?? `${verb} by ${principal.name}`;
      await this.operator.use(tx, verb, held, reason, { actor: actorOf(principal), now: new Date() });
      return this.view(tx, held);
    });
  }

  private async refuseIfCertain(tx: Transaction, endpoint: EndpointEntity, version: VersionEntity, now: Date): Promise<void> {
    if (endpoint.activeDeploymentId !== null) {
      throw conflict(
        'DBR-DEPLOYMENT-IN-PROGRESS',
        `deployment ${endpoint.activeDeploymentId} is on its way on ${endpoint.name}`,
        'wait for it, or abort it',
      );
    }
    await this.refuseWithoutApproval(tx, endpoint, version.version, version.artifact.sha256, now);
  }

  /** What this service knows of the approvals says no for certain. */
  private async refuseWithoutApproval(
    tx: Transaction,
    endpoint: EndpointEntity,
    version: string,
    artifactSha256: string,
    now: Date,
  ): Promise<void> {
    const approvals = await this.evidence.approvals(tx, endpoint.project, endpoint.model, version, endpoint.environment);
    const reasons = knownRefusals(approvals, artifactSha256, endpoint.environment, now);
    if (reasons.length === 0) return;
    throw new ProblemError({
      status: 409,
      code: 'DBR-DEPLOYMENT-GATE',
      title: 'The gate says no',
      detail: reasons.join('; '),
      errors: reasons.map((message) => ({ field: 'version', message })),
      fix: `drawbridge approval list --model ${endpoint.model}`,
    });
  }

  private async read(tx: Transaction, id: string): Promise<Held> {
    const deployment = await this.deployments.deployment(tx, id);
    if (deployment === null) throw notFound('deployment', id);
    const endpoint = await this.deployments.endpointByName(tx, deployment.project, deployment.endpoint);
    if (endpoint === null) throw notFound('endpoint', deployment.endpoint);
    return { deployment, endpoint };
  }

  private async view(tx: Transaction, held: Held, whole = true): Promise<DeploymentView> {
    const { id } = held.deployment;
    return deploymentView({
      ...held,
      facts: verbFacts(held),
      analyses: whole ? await this.deployments.analyses(tx, id) : [],
      timeline: whole ? await this.deployments.timeline(tx, id) : [],
    });
  }
}

function verbOf(word: string): DeploymentVerb {
  const verb = deploymentVerbs.find((each) => each === word);
  if (verb === undefined) throw invalid([{ field: 'verb', message: `must be one of ${deploymentVerbs.join(', ')}; got ${word}` }]);
  return verb;
}

/** It may only be on its way here: the registry's event can be a moment behind its answer. */
function unknownVersion(model: string, version: string): ProblemError {
  return new ProblemError({
    status: 404,
    code: 'DBR-VERSION-NOT-FOUND',
    detail: `version ${version} of ${model} is not known here`,
    why: 'it does not exist, or its registration has not arrived yet',
    fix: `drawbridge version get ${model}@${version}, then try again`,
    retryable: true,
  });
}
