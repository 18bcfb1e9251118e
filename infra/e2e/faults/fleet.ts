import { join } from 'node:path';
import { freePorts } from '@drawbridge/local';
import type { HttpClient, RunningChild, Sandbox } from '@drawbridge/testing';
import type { History } from './history.js';
import { workIn } from './process-log.js';

/** One place in the fleet: the process that runs there changes when it is killed, its name and port do not. */
export interface Place {
  readonly name: string;
  readonly number: number;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  process: RunningChild;
  /** Those that ran here before, each with a log of its own. */
  readonly before: RunningChild[];
}

export interface FleetOptions {
  readonly box: Sandbox;
  readonly folder: string;
  readonly history: History;
  readonly env: Readonly<Record<string, string>>;
}

export type EnvOf = (number: number) => Readonly<Record<string, string>>;

/** The monitoring processes. It starts again what it killed and nothing else: one that ends by itself is a failure. */
export class Fleet {
  readonly places: Place[] = [];
  /** Processes that ended although nobody killed them. */
  readonly ended: string[] = [];
  private started = 0;
  private readonly past: RunningChild[] = [];
  private readonly killed = new WeakSet<RunningChild>();

  constructor(private readonly options: FleetOptions) {}

  /** Exactly so many processes of these settings; those that already run so stay. */
  async become(count: number, envOf: EnvOf = () => ({})): Promise<void> {
    const same = (place: Place): boolean => JSON.stringify(place.env) === JSON.stringify(this.envOf(place.number, envOf));
    const spare = this.places.filter((place, index) => index >= count || !same(place));
    await Promise.all(spare.map((place) => this.remove(place)));
    if (this.places.length < count) await this.start(count - this.places.length, envOf);
  }

  /** SIGKILL, and a new process in its place. Resolves when the old one is gone and the new one runs. */
  async kill(place: Place): Promise<void> {
    const { process } = place;
    this.killed.add(process);
    await process.kill('SIGKILL');
    this.options.history.add('kill', { process: place.name, pid: process.pid });
    place.before.push(process);
    place.process = await this.launch(place.name, place.port, place.env, place.before.length + 1, false);
  }

  async freeze(place: Place): Promise<void> {
    await place.process.kill('SIGSTOP');
    this.options.history.add('stop', { process: place.name, pid: place.process.pid });
  }

  async thaw(place: Place): Promise<void> {
    await place.process.kill('SIGCONT');
    this.options.history.add('continue', { process: place.name, pid: place.process.pid });
  }

  /** A clean end, as a smaller deployment has it. */
  async remove(place: Place): Promise<void> {
    this.places.splice(this.places.indexOf(place), 1);
    this.past.push(...place.before, place.process);
    this.killed.add(place.process);
    const code = await place.process.stop();
    this.options.history.add('end', { process: place.name, code });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.places].map((place) => this.remove(place)));
  }

  /** Offsets that the process has read and not given up, by its log; the log is on disk also of one that is gone. */
  async readBy(process: RunningChild): Promise<ReadonlyMap<number, number>> {
    return workIn(await process.logs()).read;
  }

  /** Flushes that were refused or failed, in the logs of all processes that ever ran. */
  async flushes(): Promise<{ refused: number; failed: number }> {
    const all = [...this.past, ...this.places.flatMap(({ before, process }) => [...before, process])];
    const sum = { refused: 0, failed: 0 };
    for (const process of all) {
      const { refused, failed } = workIn(await process.logs());
      sum.refused += refused;
      sum.failed += failed;
    }
    return sum;
  }

  /** The interface of whoever answers. */
  async api(): Promise<HttpClient> {
    for (const { process } of this.places) {
      const client = process.http(this.options.box.keys.viewer);
      const alive = await client.get('/health/ready').then(
        ({ status }) => status === 200,
        () => false,
      );
      if (alive) return client;
    }
    throw new Error('no monitoring process is ready');
  }

  /** Every process answers that it is ready. */
  async ready(): Promise<boolean> {
    const answers = await Promise.all(
      this.places.map(({ process }) =>
        process
          .http()
          .get('/health/ready')
          .then(
            ({ status }) => status === 200,
            () => false,
          ),
      ),
    );
    return answers.every(Boolean);
  }

  /** Adds processes and waits until they are ready. */
  private async start(count: number, envOf: EnvOf): Promise<void> {
    const ports = await freePorts(count);
    const added = await Promise.all(
      ports.map(async (port) => {
        this.started += 1;
        const number = this.started;
        const name = `monitoring-${number}`;
        const env = this.envOf(number, envOf);
        return { name, number, port, env, before: [], process: await this.launch(name, port, env, 1, true) };
      }),
    );
    this.places.push(...added);
  }

  private envOf(number: number, envOf: EnvOf): Readonly<Record<string, string>> {
    return { ...this.options.env, ...envOf(number) };
  }

  private async launch(
    name: string,
    port: number,
    env: Readonly<Record<string, string>>,
    run: number,
    ready: boolean,
  ): Promise<RunningChild> {
    const log = join(this.options.folder, `${name}.${run}.log`);
    const process = await this.options.box.startService('monitoring', env, { port, log, ready });
    this.options.history.add('start', { process: name, pid: process.pid, run });
    void process.exited.then(({ code, signal }) => {
      if (this.killed.has(process)) return;
      this.ended.push(`${name}.${run} (${signal ?? `code ${String(code)}`})`);
      this.options.history.add('ended by itself', { process: name, pid: process.pid, code, signal });
    });
    return process;
  }
}
