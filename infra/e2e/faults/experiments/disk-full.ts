import { eventually, onServer, sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import { untilQuiet } from '../quiet.js';
import { clusterOnSmallDisks, type DiskName, smallDisks } from '../small-disks.js';
import { underLoad } from '../under-load.js';
import type { World } from '../world.js';

const PER_SECOND = 2000;
/** A server that writes little may have room in its files for a while. */
const NOTICED_WITHIN_MS = 20_000;
const MOST_LOG_FILES = 60;

/** What has no room in turn: tables that cannot grow refuse a row, a log that cannot grow ends the server. */
const KINDS = ['tables', 'topics', 'log'] as const;
type Kind = (typeof KINDS)[number];

interface Strikes {
  all: number;
  /** Those in which the server said that there was no space left. */
  noticed: number;
  /** Servers that ended over it and were started again, as their supervisor does. */
  ended: number;
  slowestMs: number;
}

/** Asks Postgres for one new file of its write-ahead log after the other; what it kept for later is soon used up. */
async function exhaustLog({ cluster }: World): Promise<void> {
  await onServer(cluster.facts.adminUrl, async (client) => {
    for (let file = 0; file < MOST_LOG_FILES; file += 1) {
      await client.query("SELECT pg_logical_emit_message(false, 'full', 'so that there is something to switch')");
      await client.query('SELECT pg_switch_wal()');
    }
  }).catch(() => undefined);
}

/** Fills the disk of a server until it complains and a while longer, makes room again, and waits until rows are counted. */
async function strike(world: World, kind: Kind, strikes: Strikes): Promise<void> {
  const name: DiskName = kind === 'topics' ? 'kafka' : 'postgres';
  const { history, cluster, dice } = world;
  const disk = smallDisks(cluster)[name];
  const server = cluster[name];
  const before = await disk.complaints();
  history.add('disk full', { server: name, kind });
  disk.fill();
  try {
    const noticed = async (): Promise<boolean> => (await disk.complaints()) > before;
    await eventually(`${name} has no space left`, noticed, NOTICED_WITHIN_MS, 50).catch(() => undefined);
    if (kind === 'log') await exhaustLog(world);
    await sleep(dice.between(500, 5000));
  } finally {
    await disk.free();
  }
  const since = Date.now();
  const complaints = (await disk.complaints()) - before;
  history.add('disk free', { server: name, complaints, running: server.running });
  strikes.all += 1;
  if (complaints > 0) strikes.noticed += 1;
  await eventually(
    `${name} serves again`,
    async () => {
      if (!server.running) {
        history.add('restart', { server: name });
        await server.restart();
        strikes.ended += 1;
      }
      await Promise.all([world.stored(), world.ends()]);
      return server.running;
    },
    90_000,
    500,
  );
  await world.counting();
  const took = Date.now() - since;
  strikes.slowestMs = Math.max(strikes.slowestMs, took);
  history.add('counting again', { afterMs: took });
}

export const diskFull: Experiment = {
  name: 'disk-full',
  about: 'the disk of Postgres or of Kafka is full under load, and has room again',
  sizes: { short: { events: 0, faults: 3 }, long: { events: 0, faults: 21 } },
  cluster: clusterOnSmallDisks,
  async run(world: World, size: Size): Promise<Outcome> {
    await world.fleet.become(3);
    await world.openMonitors();
    const strikes: Strikes = { all: 0, noticed: 0, ended: 0, slowestMs: 0 };
    await underLoad(world, { name: 'disk', perSecond: PER_SECOND, least: size.events }, async () => {
      for (let round = 0; round < size.faults; round += 1) {
        await sleep(world.dice.between(1000, 3000));
        await strike(world, KINDS[round % KINDS.length]!, strikes);
      }
    });
    await untilQuiet(world);
    const findings = await check(world);
    const { failed } = await world.fleet.flushes();
    const unnoticed = strikes.all - strikes.noticed;
    return {
      figures: {
        ...figuresOf(findings),
        faults: strikes.all,
        faultsThatCounted: strikes.noticed,
        serversEnded: strikes.ended,
        resentBatches: world.sender.resent,
        failedFlushes: failed,
        slowestRecoveryMs: strikes.slowestMs,
      },
      failures: [...findings.problems, ...(unnoticed > 0 ? [`${String(unnoticed)} full disks were not noticed: they prove nothing`] : [])],
    };
  },
};
