import type { Page } from '@drawbridge/contracts';
import { DataSource, inTransaction, sqlState } from '@drawbridge/postgres';
import {
  CurrentPrincipal,
  decodePageToken,
  invalid,
  mapPage,
  notFound,
  PageQuery,
  pageOf,
  type Principal,
  ProblemError,
  ProjectFilter,
  RequirePermission,
  withheldFrom,
} from '@drawbridge/service';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { DocumentStore } from '../persistence/document.store.js';
import type { StoredEvent } from '../domain/stored-event.js';
import { wordQuery } from '../domain/words.js';
import { type EventFilter, EventStore } from '../persistence/event.store.js';

export class EventQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'one topic, or several separated by commas' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  topic?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() chainId?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() traceId?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() key?: string;
  @ApiPropertyOptional({ description: 'goes before the header' }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ description: 'a text in the data, from the beginning of a word' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  text?: string;
}

export class SearchQuery {
  @ApiPropertyOptional({ description: 'an id or a part of a name' }) @IsString() @MaxLength(200) q!: string;
}

export interface SearchHit {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** Absent for what belongs to no project. */
  readonly project?: string;
}

export interface EventPageView {
  readonly event: StoredEvent;
  /** Causes up to the first one, and the nearest consequences. */
  readonly relatives: readonly StoredEvent[];
  /** Events of the whole chain; `?chainId=` lists them. */
  readonly chainLength: number;
}

const RELATIVES = 300;
/** SQLSTATE of a statement that took too long. */
const QUERY_CANCELED = '57014';

/** Events as they passed, and one box that takes any id. */
@ApiTags('events')
@Controller()
export class EventsController {
  constructor(
    private readonly source: DataSource,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
  ) {}

  @Get('events')
  @RequirePermission('events.read')
  @ApiOkResponse({ description: 'events, newest first' })
  async list(
    @Query() query: EventQuery,
    @CurrentPrincipal() principal: Principal,
    @ProjectFilter() header: string | undefined,
  ): Promise<Page<StoredEvent>> {
    const { limit, pageToken, topic, chainId, traceId, key, text, project = header } = query;
    const filter = { project, topic, chainId, traceId, key, without: withheldFrom(principal) };
    const before = positionOf(pageToken);
    const rows =
      text === undefined
        ? await this.events.list(this.source.manager, filter, limit + 1, before)
        : await this.withText(filter, text, limit + 1, before);
    return mapPage(
      pageOf(rows, limit, (row) => row.position),
      (row) => row,
    );
  }

  private async withText(filter: EventFilter, text: string, limit: number, before: number | undefined): Promise<StoredEvent[]> {
    if (wordQuery(text) === undefined) throw invalid([{ field: 'text', message: 'must hold a letter or a digit' }]);
    try {
      return await inTransaction(this.source, (tx) => this.events.search(tx, filter, text, limit, before));
    } catch (error) {
      if (sqlState(error) === QUERY_CANCELED) throw tooBroad();
      throw error;
    }
  }

  @Get('events/:id')
  @RequirePermission('events.read')
  @ApiOkResponse({ description: 'one event with what led to it and what followed from it, oldest first' })
  async get(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<EventPageView> {
    const tx = this.source.manager;
    const event = await this.events.get(tx, id);
    const withheld = withheldFrom(principal);
    if (event === undefined || withheld.includes(event.topic)) throw notFound('event', id);
    const chainId = event.chainId ?? id;
    const relatives = (await this.events.relatives(tx, id, RELATIVES)).filter(({ topic }) => !withheld.includes(topic));
    return { event, relatives, chainLength: await this.events.chainLength(tx, chainId) };
  }

  @Get('search')
  @RequirePermission('events.read')
  @ApiOkResponse({ description: 'what has this id, wherever it is, or a name like it in the project' })
  async search(
    @Query() { q }: SearchQuery,
    @CurrentPrincipal() principal: Principal,
    @ProjectFilter() project: string | undefined,
  ): Promise<{ items: SearchHit[]; asOf: string }> {
    const text = q.trim();
    if (text === '') throw invalid([{ field: 'q', message: 'give an id or a part of a name' }]);
    const items: SearchHit[] = await this.documents.search(this.source.manager, text, project, 20);
    if (/^[0-9a-f]{32}$/.test(text)) items.unshift({ kind: 'trace', id: text, name: text });
    if (/^[0-9a-f-]{36}$/.test(text)) {
      const event = await this.events.get(this.source.manager, text);
      if (event !== undefined && !withheldFrom(principal).includes(event.topic))
        items.unshift({ kind: 'event', id: text, name: event.topic, project: event.project });
    }
    return { items, asOf: new Date().toISOString() };
  }
}

function tooBroad(): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'DBR-SEARCH-TOO-BROAD',
    detail: 'Looking for this text takes too long.',
    why: 'Many events hold its words, and few of them the text.',
    fix: 'Give more of the text, or a topic, a key or a project with it.',
  });
}

function positionOf(pageToken: string | undefined): number | undefined {
  if (pageToken === undefined) return undefined;
  const position = decodePageToken(pageToken);
  if (typeof position !== 'number') throw invalid([{ field: 'pageToken', message: 'take it from nextPageToken of the page before' }]);
  return position;
}
