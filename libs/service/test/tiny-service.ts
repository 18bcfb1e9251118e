import { Body, Controller, Get, HttpCode, Inject, Injectable, Module, Param, Post, Query, Res } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ApiProperty } from '@nestjs/swagger';
import type { EventMap, Page } from '@drawbridge/contracts';
import { dead, drop, later, ok, type Outcome } from '@drawbridge/kafka';
import { Outbox } from '@drawbridge/outbox';
import { inTransaction, migrationHelpers } from '@drawbridge/postgres';
import type { EventData } from '@drawbridge/testing';
import { IsInt, IsString, Length, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import {
  actorOf,
  ApiProblems,
  conflict,
  CurrentPrincipal,
  decodeCursor,
  type EventContext,
  EventPattern,
  Idempotent,
  PageQuery,
  pageOf,
  parseSort,
  PlatformModule,
  type Principal,
  RequirePermission,
  type ServiceConfig,
} from '../src/index.js';

/** Schema of the service that these tests run: notes that are written by HTTP and by events. */
export class TinySchema0001 implements MigrationInterface {
  readonly name = 'TinySchema0001';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('deployment')) await runner.query(statement);
    await runner.query(
      `create table deployment.notes (id bigint generated always as identity primary key, name text not null unique, size int not null, at timestamptz not null default now())`,
    );
    await runner.query(
      `create table deployment.handled (event_id text not null, topic text not null, sequence bigint, at bigint generated always as identity)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table deployment.handled, deployment.notes');
    for (const statement of migrationHelpers.dropOutboxTables('deployment')) await runner.query(statement);
  }
}

class CreateNote {
  @ApiProperty({ type: String })
  @IsString()
  @Length(1, 50)
  name!: string;

  @ApiProperty({ type: Number })
  @IsInt()
  @Min(0)
  size!: number;
}

interface Note {
  id: string;
  name: string;
  size: number;
}

@Controller('notes')
@RequirePermission('deployments.read')
class NotesController {
  constructor(
    @Inject(DataSource) private readonly source: DataSource,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  @Get()
  @ApiProblems(400)
  async list(@Query() query: PageQuery): Promise<Page<Note>> {
    const sort = parseSort(query.sort, ['name', 'size'] as const, { field: 'name', descending: false });
    const cursor = decodeCursor(query.pageToken, 1);
    const rows: Note[] = await this.source.query(
      `select id, name, size from notes where ($1::text is null or name > $1) order by ${sort.field} limit $2`,
      [cursor?.[0] ?? null, query.limit + 1],
    );
    return pageOf(rows, query.limit, (row) => [row.name]);
  }

  @Post()
  @RequirePermission('deployments.write')
  @Idempotent((note: Note) => note)
  async create(
    @Body() body: CreateNote,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Note> {
    const note = await inTransaction(this.source, async (tx) => {
      const rows: Note[] = await tx.query(
        `insert into notes (name, size) values ($1, $2) on conflict do nothing returning id, name, size`,
        [body.name, body.size],
      );
      const [row] = rows;
      if (row === undefined) throw conflict('DBR-NOTE-EXISTS', `There is a note ${body.name} already.`);
      await this.outbox.append(tx, {
        topic: 'retraining.requested',
        aggregateType: 'notes',
        aggregateId: body.name,
        actor: actorOf(principal),
        data: retraining(body.name),
      });
      // Long enough for a second request with the same key to arrive meanwhile.
      await tx.query('select pg_sleep($1)', [body.name === 'slow' ? 2 : 0.2]);
      return row;
    });
    void reply.header('location', `/api/v1/notes/${note.name}`);
    return note;
  }

  @Post(':name/touch')
  @HttpCode(202)
  @RequirePermission('deployments.write')
  touch(@Param('name') name: string): { name: string } {
    return { name };
  }

  /** Its answer is put together after the transaction, which commits a refusal too. */
  @Post(':name/grow')
  @HttpCode(200)
  @RequirePermission('deployments.write')
  @Idempotent()
  async grow(@Param('name') name: string): Promise<{ grown: string }> {
    const found = await inTransaction(this.source, async (tx) => {
      const [, count]: [unknown, number] = await tx.query('update notes set size = size + 1 where name = $1', [name]);
      return count === 1;
    });
    if (!found) throw conflict('DBR-NOTE-UNKNOWN', `There is no note ${name} that could grow.`);
    return { grown: name };
  }

  @Get('boom')
  boom(): never {
    throw new Error('the inside of the service');
  }
}

export function retraining(model: string): EventData<'retraining.requested'> {
  return {
    requestId: '0192f0c4-0000-7000-8000-000000000001',
    modelId: model,
    model,
    endpoint: 'test',
    cause: { eventId: '0192f0c4-0000-7000-8000-000000000002', type: 'drift.detected', summary: 'test', features: [] },
    dataWindow: { start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z' },
    expiresAt: '2026-02-01T00:00:00.000Z',
  };
}

/** What the handlers do is chosen by the model's name, so that a test can provoke each outcome. */
@Injectable()
export class Behaviour {
  laterUntil = 0;
  broken = false;
  readonly calls: string[] = [];
}

@Controller()
class ModelRegisteredHandler {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Behaviour) private readonly behaviour: Behaviour,
  ) {}

  @EventPattern('model.registered')
  async handle(@Payload() event: EventMap['model.registered'], @Ctx() context: EventContext): Promise<Outcome> {
    this.behaviour.calls.push(event.model);
    await context.transaction.query(`insert into handled (event_id, topic, sequence) values ($1, 'model.registered', $2)`, [
      event.id,
      event.sequence ?? null,
    ]);
    if (event.model === 'type-error') (undefined as unknown as { boom(): void }).boom();
    if (event.model === 'dead') return dead('no such thing');
    if (event.model === 'drop') return drop('not for us');
    if (event.model === 'fixable' && this.behaviour.broken) return dead('broken for now');
    if (event.model === 'later' && Date.now() < this.behaviour.laterUntil) return later('its friend is not here');
    if (event.model === 'never') return later('it will never come');
    await this.outbox.append(context.transaction, {
      topic: 'retraining.requested',
      aggregateType: 'notes',
      aggregateId: event.model,
      actor: event.actor,
      cause: context.cause,
      data: retraining(event.model),
    });
    return ok;
  }
}

@Controller()
class SecondHandler {
  @EventPattern('model.registered')
  async again(@Payload() event: EventMap['model.registered'], @Ctx() context: EventContext): Promise<Outcome> {
    await context.transaction.query(`insert into handled (event_id, topic) values ($1, 'second')`, [event.id]);
    return ok;
  }

  @EventPattern('approval.closed')
  async approved(@Payload() event: EventMap['approval.closed'], @Ctx() context: EventContext): Promise<void> {
    await context.transaction.query(`insert into handled (event_id, topic) values ($1, 'approval.closed')`, [event.id]);
  }
}

export function tinyModule(config: ServiceConfig, controllers: Function[] = []): Function {
  @Module({
    imports: [PlatformModule.forService({ config })],
    controllers: [NotesController, ModelRegisteredHandler, SecondHandler, ...(controllers as never[])],
    providers: [Behaviour],
  })
  class TinyModule {}
  return TinyModule;
}
