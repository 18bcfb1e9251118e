import type { OutgoingMessage } from '@drawbridge/kafka';
import { createDataSource, inTransaction, migrate, migrationHelpers, type Transaction } from '@drawbridge/postgres';
import { quiet, TestDatabase } from '@drawbridge/postgres/test-database';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { type AppendEvent, Outbox, Relay, type RelayOptions } from '../src/index.js';

class CommonTables implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('registry')) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.dropOutboxTables('registry')) await runner.query(statement);
  }
}

export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function aliasChanged(
  modelId: string,
  change: Partial<AppendEvent<'model.alias.changed'>> = {},
): AppendEvent<'model.alias.changed'> {
  return {
    topic: 'model.alias.changed',
    aggregateType: 'models',
    aggregateId: modelId,
    actor: { type: 'person', id: 'ada' },
    data: { modelId, model: 'risk', alias: 'champion', fromVersion: '1', toVersion: '2', reason: 'test' },
    ...change,
  } as AppendEvent<'model.alias.changed'>;
}

/** Takes what a relay sends, and can be told to fail or to wait. */
export class RecordingLog {
  readonly sent: OutgoingMessage[] = [];
  private gate: Promise<void> | undefined;
  failures = 0;

  async produce(messages: readonly OutgoingMessage[]): Promise<void> {
    const batch = [...messages];
    await this.gate;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('no broker');
    }
    this.sent.push(...batch);
  }

  /** Holds every send until the returned function is called. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => {
      open = () => {
        this.gate = undefined;
        resolve();
      };
    });
    return open;
  }

  /** Sequences of one aggregate as they were sent. */
  sequences(key: string): number[] {
    return this.sent.filter((message) => message.key === key).map((message) => Number(message.headers?.['ce_sequence']));
  }
}

/** A database with the common tables, an outbox and relays that end with the test. */
export class OutboxFixture {
  readonly outbox = new Outbox({ service: 'registry', installation: 'main' });
  private readonly relays: Relay[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly source: DataSource,
  ) {}

  static async create(): Promise<OutboxFixture> {
    const database = await TestDatabase.create();
    await migrate({ url: database.url('registry_owner'), schema: 'registry', migrations: [CommonTables], log: quiet });
    const source = await createDataSource({ url: database.url('registry'), schema: 'registry', poolSize: 20 }).initialize();
    return new OutboxFixture(database, source);
  }

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return inTransaction(this.source, work);
  }

  append(modelId: string): Promise<{ id: string; sequence: number }> {
    return this.inTransaction((tx) => this.outbox.append(tx, aliasChanged(modelId)));
  }

  relay(log: Pick<RecordingLog, 'produce'>, options: Partial<RelayOptions> = {}): Relay {
    const relay = new Relay(undefined, log, {
      service: 'registry',
      schema: 'registry',
      url: this.database.url('registry'),
      log: quiet,
      pollMs: 50,
      standbyMs: 50,
      ...options,
    });
    this.relays.push(relay);
    return relay;
  }

  async unpublished(): Promise<number> {
    const rows: { count: string }[] = await this.source.query('select count(*) from outbox where published_at is null');
    return Number(rows[0]?.count);
  }

  async close(): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.stop()));
    await this.source.destroy();
    await this.database.drop();
  }
}
