import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DeadLetterView, Page } from '@drawbridge/contracts';
import { RequirePermission } from '../auth/permission.decorators.js';
import { CurrentPrincipal, type Principal } from '../auth/principal.js';
import { mayReadTopic } from '../auth/withheld.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { decodeCursor, pageOf } from '../http/paging.js';
import { ApiProblems } from '../http/problem.dto.js';
import { DeadLetterStore, deadLetterView } from '../persistence/dead-letter.store.js';
import { invalid, notFound } from '../problem/problem-error.js';
import { DeadLetterDesk } from './dead-letter.desk.js';
import { DeadLetterDocument, DeadLetterPage, DeadLetterQuery, DiscardDeadLetter } from './dead-letters.dto.js';

const idPipe = new ParseUUIDPipe({
  exceptionFactory: () => invalid([{ field: 'id', message: 'must be the id of a dead letter, a UUID' }]),
});

@ApiTags('dead letters')
@Controller('dead-letters')
@RequirePermission('events.read')
export class DeadLettersController {
  constructor(
    @Inject(DeadLetterStore) private readonly store: DeadLetterStore,
    @Inject(DeadLetterDesk) private readonly desk: DeadLetterDesk,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Messages that this service could not handle, newest first' })
  @ApiOkResponse({ type: DeadLetterPage })
  @ApiProblems(400)
  async list(@Query() query: DeadLetterQuery, @CurrentPrincipal() principal: Principal): Promise<Page<DeadLetterView>> {
    const cursor = decodeCursor(query.pageToken, 2);
    const { status, group, topic, reason, limit } = query;
    const before = cursor === undefined ? undefined : ([String(cursor[0]), String(cursor[1])] as const);
    const rows = await this.store.list({ status, group, topic, reason, before }, limit + 1);
    const page = pageOf(rows, limit, (row) => [row.first_seen.toISOString(), row.id]);
    return { ...page, items: page.items.map((row) => deadLetterView(row, mayReadTopic(principal, row.topic))) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of them' })
  @ApiOkResponse({ type: DeadLetterDocument })
  @ApiProblems(400, 404)
  async show(@Param('id', idPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<DeadLetterView> {
    const row = await this.store.find(id);
    if (row === undefined) throw notFound('dead letter', id);
    return deadLetterView(row, mayReadTopic(principal, row.topic));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @RequirePermission('deadletters.manage')
  @Idempotent()
  @ApiOperation({ summary: 'Handle it again, with the same event id' })
  @ApiOkResponse({ type: DeadLetterDocument })
  @ApiProblems(400, 404, 409)
  async replay(@Param('id', idPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<DeadLetterView> {
    return await this.desk.replay(id, principal);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @RequirePermission('deadletters.manage')
  @Idempotent()
  @ApiOperation({ summary: 'Give it up, with a reason' })
  @ApiOkResponse({ type: DeadLetterDocument })
  @ApiProblems(400, 404, 409)
  async discard(
    @Param('id', idPipe) id: string,
    @Body() body: DiscardDeadLetter,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeadLetterView> {
    return await this.desk.discard(id, body.reason, principal);
  }
}
