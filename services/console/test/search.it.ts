import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, Problem } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { eventually, type HttpClient, type Sandbox, sandbox } from '@drawbridge/testing';
import type { StoredEvent } from '../src/domain/stored-event.js';
import { EventStore } from '../src/persistence/event.store.js';

const EVENTS = 40_000;

/** Real: the console on a read model with many events, written by SQL. */
describe('looking for a text in many events', () => {
  let box: Sandbox;
  let viewer: HttpClient;

  beforeAll(async () => {
    box = await sandbox('search');
    await box.migrate('console');
    await box.seedAccess();
    await insert(
      `generate_series(1, ${String(EVENTS)}) n`,
      `jsonb_build_object('model', 'churn-' || n % 100, 'n', n, 'summary', 'nothing moved')`,
    );
    const service = await box.startService('console');
    viewer = service.http(box.keys.viewer);
    await eventually('the keys to work', async () => (await viewer.get('/api/v1/platform/session')).status === 200);
  }, 120_000);

  afterAll(() => box?.dispose());

  function insert(from: string, data: string): Promise<unknown> {
    return box.query(
      'console',
      `insert into events (id, topic, partition, "offset", project, time, source, chain_id, actor, data)
       select gen_random_uuid(), 'window.closed', 0, 0, 'default', now(), '/test', gen_random_uuid()::text, '{}', ${data} from ${from}`,
    );
  }

  const find = (text: string) => viewer.get<Page<StoredEvent> & Problem>(`/api/v1/events?limit=10&text=${encodeURIComponent(text)}`);

  interface Plan {
    readonly 'Node Type': string;
    readonly 'Index Name'?: string;
    readonly 'Actual Rows'?: number;
    readonly Plans?: readonly Plan[];
  }

  /** The plans of all statements that a read issues and the rows they touched. */
  async function plansOf(read: (events: EventStore, tx: Transaction) => Promise<unknown>): Promise<Plan[]> {
    const issued: [sql: string, values: unknown[]][] = [];
    const recorder = { query: (sql: string, values: unknown[]) => Promise.resolve(issued.push([sql, values]) < 0 ? [] : []) };
    await read(new EventStore(), recorder as unknown as Transaction);
    const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];
    const found: Plan[] = [];
    for (const [sql, values] of issued) {
      const rows = await box.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>('console', `explain (analyze, format json) ${sql}`, values);
      found.push(...nodes(rows[0]!['QUERY PLAN'][0].Plan));
    }
    return found;
  }

  test('a rare text is found by its index, however old it is, and no statement reads the whole table', async () => {
    await insert('(select 1) one', `jsonb_build_object('summary', 'Zebra crossing at credit-risk@7', 'lines', E'first\nsecond')`);
    await insert(`generate_series(1, 6000) n`, `jsonb_build_object('model', 'later', 'n', n)`);
    for (const text of ['zebra', 'ZEBRA cross', 'credit-risk@7', 'credit-ri', 'crossing at', 'second']) {
      expect({ text, found: (await find(text)).body.items.length }).toEqual({ text, found: 1 });
    }
    const plans = await plansOf((events, tx) => events.search(tx, { without: ['audit.recorded'] }, 'zebra', 11));
    expect(plans.map((plan) => plan['Index Name'])).toContain('events_words');
    expect(plans.map((plan) => plan['Node Type'])).not.toContain('Seq Scan');
    expect(Math.max(...plans.map((plan) => plan['Actual Rows'] ?? 0))).toBeLessThanOrEqual(5001);
  });

  test('a text that most events hold is found among the newest', async () => {
    const { body } = await find('model');
    expect(body.items).toHaveLength(10);
    expect(body.items[0]?.data).toMatchObject({ model: 'later', n: 6000 });
    const second = await viewer.get<Page<StoredEvent>>(`/api/v1/events?limit=10&text=model&pageToken=${body.nextPageToken ?? ''}`);
    expect(second.body.items[0]?.data).toMatchObject({ n: 5990 });
  });

  test('words that occur in another order, and signs that look like a pattern, find nothing', async () => {
    for (const text of ['crossing zebra', 'zebra%at', 'z_bra', 'ebra']) expect((await find(text)).body.items).toEqual([]);
    expect(await find('%')).toMatchObject({ status: 400, body: { errors: [{ field: 'text' }] } });
  });

  test('an event whose words are longer than an index takes is stored and found', async () => {
    await insert('(select 1) one', `jsonb_build_object('blob', repeat('a', 5000))`);
    expect((await find('a'.repeat(100))).body.items).toHaveLength(1);
  });

  test('causes, consequences and the length of a chain are found by their indexes', async () => {
    const [event] = await box.query<{ id: string; chain_id: string }>(
      'console',
      'select id, chain_id from events order by position limit 1',
    );
    const plans = [
      ...(await plansOf((events, tx) => events.relatives(tx, event!.id, 300))),
      ...(await plansOf((events, tx) => events.chainLength(tx, event!.chain_id))),
    ];
    const scanned = plans.filter((plan) => plan['Node Type'] === 'Seq Scan');
    expect(scanned).toEqual([]);
  });
});
