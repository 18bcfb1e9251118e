import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, ownCluster } from '@drawbridge/testing';
import { type Experiment, NotRun, type Outcome, type Size } from './experiment.js';
import { World } from './world.js';

export interface RunOptions {
  readonly seed: number;
  readonly size: Size;
  /** Each experiment keeps its files in a folder of its name below. */
  readonly out: string;
  /** The cluster of experiments that need no other. */
  readonly cluster?: Cluster;
}

export interface Finished extends Outcome {
  readonly seconds: number;
}

/** Runs one experiment in a world of its own. What it throws is a failure as well. */
export async function runExperiment(experiment: Experiment, { seed, size, out, cluster }: RunOptions): Promise<Finished> {
  const { name, env = {} } = experiment;
  const folder = join(out, name);
  await mkdir(folder, { recursive: true });
  const begun = Date.now();
  let own: Cluster | undefined;
  try {
    own = await experiment.cluster?.(folder);
    const used = own ?? cluster;
    const world = await World.open({ name, seed, folder, env, ...(used === undefined ? {} : { cluster: used }) });
    const outcome = await experiment.run(world, size).catch((error: unknown): Outcome => {
      if (error instanceof NotRun) return { figures: {}, failures: [], notRun: error.message };
      world.history.add('failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return { figures: {}, failures: [error instanceof Error ? error.message : String(error)] };
    });
    await world.close();
    return { ...outcome, seconds: Math.round((Date.now() - begun) / 1000) };
  } catch (error) {
    if (!(error instanceof NotRun)) throw error;
    return { figures: {}, failures: [], notRun: error.message, seconds: 0 };
  } finally {
    await own?.stop();
  }
}

/** Runs the work with a Kafka and a Postgres on free ports that nobody else uses. */
export async function withCluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await ownCluster();
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}
