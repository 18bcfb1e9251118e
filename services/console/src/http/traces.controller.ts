import { CurrentPrincipal, notFound, PageQuery, type Principal, RequirePermission, withheldFrom } from '@drawbridge/service';
import { DataSource } from '@drawbridge/postgres';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Span } from '../domain/otlp.js';
import { TraceBuffer, type TraceSummary } from '../domain/trace-buffer.js';
import type { StoredEvent } from '../domain/stored-event.js';
import { EventStore } from '../persistence/event.store.js';

export interface TraceView {
  readonly traceId: string;
  readonly spans: readonly Span[];
  /** Events that were published within it. */
  readonly events: StoredEvent[];
}

export class TraceQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['with'], description: 'only traces in which events were sent or handled' })
  @IsOptional()
  @IsIn(['with'])
  events?: 'with';
}

/** Traces for installations without Jaeger. */
@ApiTags('traces')
@Controller('traces')
export class TracesController {
  constructor(
    private readonly buffer: TraceBuffer,
    private readonly source: DataSource,
    private readonly events: EventStore,
  ) {}

  @Get()
  @RequirePermission('traces.read')
  @ApiOkResponse({ description: 'the newest traces, and how full the buffer is' })
  list(@Query() query: TraceQuery): { items: TraceSummary[]; spans: number; dropped: number; asOf: string } {
    const { buffer } = this;
    return {
      items: buffer.list(query.limit, query.events === 'with'),
      spans: buffer.size,
      dropped: buffer.dropped,
      asOf: new Date().toISOString(),
    };
  }

  @Get(':id')
  @RequirePermission('traces.read')
  @ApiOkResponse({ description: 'all spans of a trace with the events published in it' })
  async get(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<TraceView> {
    const events = await this.events.list(this.source.manager, { traceId: id, without: withheldFrom(principal) }, 200);
    const spans = this.buffer.get(id);
    if (spans === undefined && events.length === 0) throw notFound('trace', id);
    return { traceId: id, spans: spans ?? [], events: events.reverse() };
  }
}
