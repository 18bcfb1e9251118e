import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Cluster, eventually, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import kafkajs from 'kafkajs';
import { Dice } from './dice.js';
import { Fleet } from './fleet.js';
import { History } from './history.js';
import { Ledger } from './ledger.js';
import { Load } from './load.js';
import { deploymentOf, type ModelName, models, reference, type Reference } from './models.js';
import { Sender } from './sender.js';

export interface WorldOptions {
  readonly name: string;
  readonly seed: number;
  /** History, ledger and logs are kept here. */
  readonly folder: string;
  /** A cluster of one's own, which an experiment may kill; default the one of the test run. */
  readonly cluster?: Cluster;
  /** For every monitoring process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface LoadSize {
  readonly events?: number;
  readonly rowsPerWindow?: number;
  /** Its first window, if the loads before it leave room. */
  readonly notBefore?: number;
}

/** Flushes that take a while, so that a process nearly always holds records that are not stored yet. */
const SETTINGS = {
  DRAWBRIDGE_MONITORING_TICK: '100ms',
  DRAWBRIDGE_MONITORING_FLUSH_INTERVAL: '400ms',
  DRAWBRIDGE_MONITORING_FLUSH_RECORDS: '100000',
  DRAWBRIDGE_MONITORING_DEDUPE_RECORDS: '10000',
  DRAWBRIDGE_MONITORING_EVALUATE_INTERVAL: '1s',
  // What was read and what was given up is in the log, line by line: the proof that a kill found unfinished work.
  DRAWBRIDGE_LOG_LEVEL: 'debug',
};

const TOPIC = 'prediction.logged';

/** A database, topics, monitors and a fleet of monitoring processes that belong to one experiment, with the ledger of what was sent. */
export class World {
  /** For the faults. Each load has dice of its own: what is sent must not depend on when something was struck. */
  readonly dice: Dice;
  readonly monitors = new Map<ModelName, string>();
  private loads = 0;
  private latestLoad: Load | undefined;
  private readonly admin: kafkajs.Admin;

  private constructor(
    readonly options: WorldOptions,
    readonly box: Sandbox,
    readonly history: History,
    readonly ledger: Ledger,
    readonly fleet: Fleet,
    readonly sender: Sender,
    private readonly registry: { url: string; server: Server; reference: Reference },
    private readonly partitions: number,
  ) {
    this.dice = new Dice(options.seed);
    const { brokers, kafkaAdmin } = box.facts;
    this.admin = new kafkajs.Kafka({
      clientId: 'faults',
      brokers: [brokers],
      sasl: { mechanism: 'scram-sha-256', ...kafkaAdmin },
      logLevel: kafkajs.logLevel.NOTHING,
    }).admin();
  }

  static async open(options: WorldOptions): Promise<World> {
    const { name, folder, cluster, env = {} } = options;
    await mkdir(folder, { recursive: true });
    const history = new History(join(folder, 'history.ndjson'));
    const ledger = new Ledger(join(folder, 'ledger.ndjson'));
    const box = await sandbox(`faults-${name}`, cluster === undefined ? {} : { cluster });
    await Promise.all([box.migrate('monitoring'), box.seedAccess()]);
    const registry = await registryWith(reference());
    const fleet = new Fleet({ box, folder, history, env: { ...SETTINGS, DRAWBRIDGE_REGISTRY_URL: registry.url, ...env } });
    const sender = new Sender({ brokers: box.facts.openBrokers, topic: `${box.prefix}${TOPIC}`, ledger, history });
    const world = new World(options, box, history, ledger, fleet, sender, registry, 3);
    await world.admin.connect();
    history.add('world', { name, seed: options.seed });
    return world;
  }

  get cluster(): Cluster {
    if (this.options.cluster === undefined) throw new Error('this experiment needs a cluster of its own');
    return this.options.cluster;
  }

  /** Makes the monitors of the load's models; a monitoring process must be running. */
  async openMonitors(): Promise<void> {
    if (this.monitors.size > 0) return;
    await this.box.eventLog().produce(models.map(({ name }) => deploymentOf(name, this.registry.reference)));
    const configured = await this.box.collect('monitor.configured', (events) => events.length >= models.length, 60_000);
    for (const { data } of configured) this.monitors.set(data.model as ModelName, data.monitorId);
  }

  /** Rows for the windows after those of the load before, which must be over. */
  load(name: string, { events = Infinity, rowsPerWindow = 2000, notBefore = 0 }: LoadSize = {}): Load {
    const firstWindow = Math.max(this.latestLoad?.nextWindow ?? 0, notBefore);
    this.loads += 1;
    const dice = new Dice(this.options.seed + 1000 * this.loads);
    this.latestLoad = new Load({ name, events, rowsPerWindow, partitions: this.partitions, firstWindow }, dice);
    return this.latestLoad;
  }

  /** Where reading stands, by partition. */
  async positions(): Promise<Map<number, number>> {
    const found = await this.box.query<{ partition: number; next: string }>(
      'monitoring',
      'SELECT partition, next FROM consumer_offsets WHERE topic = $1',
      [TOPIC],
    );
    return new Map(found.map(({ partition, next }) => [partition, Number(next)]));
  }

  /** The end of each partition. */
  async ends(): Promise<Map<number, number>> {
    const found = await this.admin.fetchTopicOffsets(`${this.box.prefix}${TOPIC}`);
    return new Map(found.map(({ partition, high }) => [partition, Number(high)]));
  }

  /** Kafka's own lag of a group, as every lag tool computes it. */
  async groupLag(group = 'monitoring.intake'): Promise<number> {
    const [offsets] = await this.admin.fetchOffsets({ groupId: `${this.box.prefix}${group}`, topics: [`${this.box.prefix}${TOPIC}`] });
    const ends = await this.ends();
    const committed = new Map(offsets?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
    return [...ends].reduce((sum, [partition, end]) => sum + end - (committed.get(partition) ?? 0), 0);
  }

  /** Records in some account, whatever the commit strategy. */
  async stored(): Promise<number> {
    const [row] = await this.box.query<{ sum: string }>('monitoring', 'SELECT coalesce(sum(consumed), 0) AS sum FROM accounting');
    return Number(row?.sum);
  }

  /** Records that a process has read and that the database does not know, by partition: lost if it dies now. */
  async unflushed(process: RunningChild): Promise<Record<string, { read: number; stored: number }>> {
    const read = await this.fleet.readBy(process);
    if (read.size === 0) return {};
    const positions = await this.positions();
    const open: Record<string, { read: number; stored: number }> = {};
    for (const [partition, next] of read) {
      const stored = positions.get(partition) ?? 0;
      if (next > stored) open[partition] = { read: next, stored };
    }
    return open;
  }

  /** For a pace: true while more records than this wait to be counted. */
  behind(most: number): () => Promise<boolean> {
    let asked = 0;
    let answer = false;
    return async () => {
      if (Date.now() - asked < 500) return answer;
      asked = Date.now();
      // A database that is away says nothing about the backlog.
      answer = await this.stored().then(
        (stored) => this.ledger.records - stored > most,
        () => answer,
      );
      return answer;
    };
  }

  /** Resolves when the processes count: nothing is proven by killing one that is still starting. */
  async counting(): Promise<void> {
    const before = await this.stored();
    await eventually('rows are counted', async () => (await this.stored()) > before, 90_000, 100);
  }

  async close(): Promise<void> {
    await this.sender.close();
    await this.admin.disconnect().catch(() => undefined);
    await this.fleet.stop();
    this.registry.server.close();
    this.ledger.close();
    this.history.close();
    await this.box.dispose();
  }
}

/** Stands in for the registry: serves the reference by its digest. */
async function registryWith(reference: Reference): Promise<{ url: string; server: Server; reference: Reference }> {
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(reference.bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, reference };
}
