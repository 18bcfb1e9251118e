import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cluster, sleep, startCluster } from '@drawbridge/testing';
import { NotRun } from './experiment.js';

const run = promisify(execFile);

/** In MiB. More than the load needs, little enough that a machine has it: the disks are in memory. */
const SIZES = { postgres: 768, kafka: 512 } as const;
export type DiskName = keyof typeof SIZES;

const LARGE = Buffer.alloc(1024 * 1024);
const SMALL = Buffer.alloc(4096);

/** A disk of its own for the files of one server, and a file on it that takes all that is left. */
export class SmallDisk {
  private filling: { stopped: boolean; done: Promise<void> } | undefined;

  constructor(
    readonly folder: string,
    private readonly log: string,
  ) {}

  /** Takes what is free, and what becomes free, until told otherwise. */
  fill(): void {
    const filling = { stopped: false, done: Promise.resolve() };
    filling.done = this.keepFull(filling);
    this.filling = filling;
  }

  async free(): Promise<void> {
    if (this.filling !== undefined) this.filling.stopped = true;
    await this.filling?.done;
    await rm(this.ballast, { force: true });
  }

  /** How often the server has said that there was no space left. */
  async complaints(): Promise<number> {
    const text = await readFile(this.log, 'utf8').catch(() => '');
    return text.split('No space left on device').length - 1;
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }

  private async keepFull(filling: { readonly stopped: boolean }): Promise<void> {
    const file = await open(this.ballast, 'a');
    try {
      while (!filling.stopped) {
        for (const piece of [LARGE, SMALL]) while (!filling.stopped && (await wrote(file, piece)));
        await sleep(20);
      }
    } finally {
      await file.close();
    }
  }
}

async function wrote(file: Awaited<ReturnType<typeof open>>, piece: Buffer): Promise<boolean> {
  try {
    // Less than asked for is the end of the disk as well.
    return (await file.write(piece)).bytesWritten === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

const disksOf = new WeakMap<Cluster, Readonly<Record<DiskName, SmallDisk>>>();

export function smallDisks(cluster: Cluster): Readonly<Record<DiskName, SmallDisk>> {
  const disks = disksOf.get(cluster);
  if (disks === undefined) throw new Error('this cluster has no disks of its own');
  return disks;
}

/** A Postgres and a Kafka, each with its files on a small disk in memory; what they say is in `logs`. Needs the right to mount. */
export async function clusterOnSmallDisks(logs: string): Promise<Cluster> {
  const base = await mkdtemp(join(tmpdir(), 'drawbridge-disks-'));
  // Postgres runs as somebody else when we are root.
  await chmod(base, 0o755);
  const mounted: string[] = [];
  const unmount = async (): Promise<void> => {
    for (const folder of mounted.splice(0)) await run('umount', [folder]);
    await rm(base, { recursive: true, force: true });
  };
  try {
    for (const [name, mebibytes] of Object.entries(SIZES)) {
      const folder = join(base, name);
      await mkdir(folder);
      await run('mount', ['-t', 'tmpfs', '-o', `size=${String(mebibytes)}m,mode=755`, 'drawbridge-faults', folder]).catch(
        (error: Error) => {
          throw new NotRun(
            `a small disk cannot be mounted, which needs root on Linux, so nothing is known about full disks: ${error.message}`,
          );
        },
      );
      mounted.push(folder);
    }
    const folders = { postgres: join(base, 'postgres'), kafka: join(base, 'kafka') };
    const cluster = await startCluster(logs, { postgres: join(folders.postgres, 'data'), kafka: join(folders.kafka, 'data') });
    const stopped: Cluster = {
      ...cluster,
      async stop() {
        await cluster.stop();
        await unmount();
      },
    };
    disksOf.set(stopped, {
      postgres: new SmallDisk(folders.postgres, join(logs, 'postgres.log')),
      kafka: new SmallDisk(folders.kafka, join(logs, 'kafka.log')),
    });
    return stopped;
  } catch (error) {
    await unmount();
    throw error;
  }
}
