import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Page } from '@drawbridge/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { RequirePermission } from '../auth/permission.decorators.js';
import { PageQuery } from '../http/page-query.dto.js';
import { decodeCursor, pageOf } from '../http/paging.js';
import { ApiProblems } from '../http/problem.dto.js';
import { type OutboxEvent, OutboxEventStore } from '../persistence/outbox-events.store.js';

export class OutboxEventQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, description: 'ce_source of one aggregate' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  source?: string;

  @ApiPropertyOptional({ type: Number, default: 0, description: 'sequence after which to begin; with source' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  after = 0;
}

export class OutboxEventDocument {
  @ApiProperty({ type: String })
  position!: string;

  @ApiProperty({ type: String })
  topic!: string;

  @ApiProperty({ type: String })
  key!: string;

  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  source!: string;

  @ApiPropertyOptional({ type: Number })
  sequence?: number;

  @ApiProperty({ type: Boolean })
  published!: boolean;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  headers!: Record<string, string>;

  @ApiProperty({ type: 'object', additionalProperties: true })
  data!: unknown;
}

export class OutboxEventPage {
  @ApiProperty({ type: [OutboxEventDocument] })
  items!: OutboxEventDocument[];

  @ApiPropertyOptional({ type: String })
  nextPageToken?: string;

  @ApiProperty({ type: String, format: 'date-time' })
  asOf!: string;
}

@ApiTags('events')
@Controller('outbox/events')
@RequirePermission('events.read')
export class OutboxEventsController {
  constructor(@Inject(OutboxEventStore) private readonly store: OutboxEventStore) {}

  @Get()
  @ApiOperation({ summary: 'Events this service announced, in order; for a consumer that misses some' })
  @ApiOkResponse({ type: OutboxEventPage })
  @ApiProblems(400)
  async list(@Query() query: OutboxEventQuery): Promise<Page<OutboxEvent>> {
    const cursor = decodeCursor(query.pageToken, 1);
    const position = cursor === undefined ? '0' : String(Number(cursor[0]));
    const rows = await this.store.after({ source: query.source, sequence: query.after, position }, query.limit + 1);
    return pageOf(rows, query.limit, (row) => [Number(row.position)]);
  }
}
