import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Transaction } from '@drawbridge/postgres';
import type { QueryRunner } from 'typeorm';
import { aliasChanged, OutboxFixture, RecordingLog, until } from './fixture.js';

interface Row {
  readonly seq: string;
  readonly aggregateid: string;
  readonly sequence: string;
}

/**
 * Three relay designs that are popular and wrong, each in the situation that breaks it, beside ours in the same one. If
 * a control stopped failing here, the situation would prove nothing about ours either.
 */
describe('why the relay is built as it is', () => {
  let fixture: OutboxFixture;
  const runners: QueryRunner[] = [];

  beforeEach(async () => {
    fixture = await OutboxFixture.create();
  });
  afterEach(async () => {
    for (const runner of runners.splice(0)) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
    }
    await fixture.close();
  });

  async function begun(): Promise<QueryRunner> {
    const runner = fixture.source.createQueryRunner();
    runners.push(runner);
    await runner.startTransaction();
    return runner;
  }

  const append = (tx: Transaction, model: string): Promise<{ sequence: number }> => fixture.outbox.append(tx, aliasChanged(model));

  async function ours(): Promise<RecordingLog> {
    const log = new RecordingLog();
    await fixture.relay(log).start();
    return log;
  }

  const names = (rows: readonly Row[]): string[] => rows.map((row) => `${row.aggregateid} ${row.sequence}`);
  const sent = (log: RecordingLog): string[] =>
    log.sent.map((message) => `${String(message.key)} ${Number(message.headers?.['ce_sequence'])}`);

  test('a cursor on the id loses the row that commits late; ours sends it', async () => {
    const log = await ours();
    const slow = await begun();
    await append(slow.manager, 'slow');
    await fixture.append('quick');
    let cursor = 0n;
    const byCursor = async (): Promise<Row[]> => {
      const rows: Row[] = await fixture.source.query('select seq, aggregateid, sequence from outbox where seq > $1 order by seq', [
        String(cursor),
      ]);
      cursor = BigInt(rows.at(-1)?.seq ?? cursor);
      return rows;
    };
    const first = await byCursor();
    await until('the first event of ours', () => log.sent.length === 1);
    await slow.commitTransaction();
    expect(names([...first, ...(await byCursor())])).toEqual(['quick 1']);
    await until('both events of ours', () => log.sent.length === 2);
    expect(sent(log)).toEqual(['quick 1', 'slow 1']);
  });

  test('two workers that skip locked rows invert one aggregate; ours keeps it', async () => {
    await fixture.append('m');
    await fixture.append('m');
    const skipping = 'select seq, aggregateid, sequence from outbox where published_at is null order by seq limit 1 for update skip locked';
    const [one, two] = [await begun(), await begun()];
    const order: Row[] = [];
    const held = (await one.query(skipping)) as Row[];
    order.push(...((await two.query(skipping)) as Row[]));
    order.push(...held);
    expect(names(order)).toEqual(['m 2', 'm 1']);
    await Promise.all([one.rollbackTransaction(), two.rollbackTransaction()]);
    const log = await ours();
    await until('both events of ours', () => log.sent.length === 2);
    expect(sent(log)).toEqual(['m 1', 'm 2']);
  });

  test('the order of transaction ids is not the order of an aggregate; ours is', async () => {
    const early = await begun();
    // Its transaction id is taken here, before the lock of the aggregate.
    await early.query(`insert into inbox (consumer, event_id) values ('early', '1')`);
    await fixture.append('m');
    await append(early.manager, 'm');
    await early.commitTransaction();
    const byTransaction: Row[] = await fixture.source.query(
      'select seq, aggregateid, sequence from outbox order by xmin::text::bigint, seq',
    );
    expect(names(byTransaction)).toEqual(['m 2', 'm 1']);
    const log = await ours();
    await until('both events of ours', () => log.sent.length === 2);
    expect(sent(log)).toEqual(['m 1', 'm 2']);
  });

  test('an unrelated open transaction stalls a horizon on transaction ids; not ours', async () => {
    const idle = await begun();
    await idle.query(`insert into inbox (consumer, event_id) values ('idle', '1')`);
    const log = await ours();
    await fixture.append('m');
    const visible: Row[] = await fixture.source.query(
      'select seq, aggregateid, sequence from outbox where xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint',
    );
    expect(visible).toEqual([]);
    await until('the event of ours', () => log.sent.length === 1);
  });
});
