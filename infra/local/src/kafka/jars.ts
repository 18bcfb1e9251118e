import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LocalError } from '../errors.js';
import { packageRoot } from '../package-root.js';
import { run } from '../process/run.js';

interface Jar {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface JarManifest {
  readonly kafka: string;
  readonly jars: readonly Jar[];
}

/** Told how far the download is; `bytes` of `totalBytes`. */
export type JarProgress = (progress: { jars: number; totalJars: number; bytes: number; totalBytes: number }) => void;

export interface JarOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: JarProgress;
  /** Called once, before Maven starts, with the folder the jars go to. */
  readonly onDownload?: (folder: string, totalBytes: number) => void;
}

export async function jarManifest(): Promise<JarManifest> {
  return JSON.parse(await readFile(join(packageRoot, 'kafka', 'jars.json'), 'utf8')) as JarManifest;
}

/** Where downloads are kept between clones: DRAWBRIDGE_CACHE_DIR, else XDG_CACHE_HOME, else ~/.cache. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['DRAWBRIDGE_CACHE_DIR'];
  if (own !== undefined && own !== '') return own;
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'drawbridge');
}

async function sizes(folder: string): Promise<Map<string, number>> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const entries = await Promise.all(
    names.map(
      async (name) =>
        [
          name,
          await stat(join(folder, name)).then(
            (entry) => entry.size,
            () => 0,
          ),
        ] as const,
    ),
  );
  return new Map(entries);
}

/** True when the cache holds every jar with its size. Their digests were checked when they came. */
export async function jarsCached(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const { kafka, jars } = await jarManifest();
  const present = await sizes(join(cacheFolder(env), `kafka-${kafka}`));
  return jars.every((jar) => present.get(jar.name) === jar.bytes);
}

async function refuseOthers(folder: string, jars: readonly Jar[]): Promise<void> {
  for (const jar of jars) {
    const bytes = await readFile(join(folder, jar.name)).catch(() => undefined);
    const found = bytes === undefined ? 'missing' : createHash('sha256').update(bytes).digest('hex');
    if (found !== jar.sha256) {
      throw new LocalError('DBR-KAFKA-DOWNLOAD', `${jar.name}: expected SHA-256 ${jar.sha256}, found ${found}`);
    }
  }
  const expected = new Set(jars.map((jar) => jar.name));
  for (const name of await readdir(folder)) {
    // A jar that is not in the list would run inside the broker.
    if (!expected.has(name)) throw new LocalError('DBR-KAFKA-DOWNLOAD', `${name} is not in the pinned list of jars`);
  }
}

async function download(folder: string, manifest: JarManifest, options: JarOptions): Promise<void> {
  const env = options.env ?? process.env;
  const probe = await run('mvn', ['--version'], { env });
  if (probe.code !== 0) throw new LocalError('DBR-MAVEN-MISSING', `no jars in ${folder}, and mvn does not run`);
  const totalBytes = manifest.jars.reduce((sum, jar) => sum + jar.bytes, 0);
  options.onDownload?.(folder, totalBytes);
  const arriving = `${folder}.${process.pid}`;
  await mkdir(arriving, { recursive: true });
  const expected = new Map(manifest.jars.map((jar) => [jar.name, jar.bytes]));
  const arrived = new Set<string>();
  const onLine = (line: string): void => {
    // "Downloaded from x: https://…/a.jar (1 MB)" when it comes over the network, "Copying a.jar to …" in any case.
    const name = /(?:Downloaded from .*\/|Copying )([^/ ]+\.jar)/.exec(line)?.[1];
    if (name === undefined || !expected.has(name)) return;
    arrived.add(name);
    const bytes = [...arrived].reduce((sum, jar) => sum + (expected.get(jar) ?? 0), 0);
    options.onProgress?.({ jars: arrived.size, totalJars: expected.size, bytes, totalBytes });
  };
  try {
    const pom = join(packageRoot, 'kafka', 'pom.xml');
    const result = await run(
      'mvn',
      ['-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${arriving}`, '-DincludeScope=runtime'],
      { env, timeoutMs: 20 * 60_000, onLine },
    );
    if (result.code !== 0) {
      throw new LocalError('DBR-KAFKA-DOWNLOAD', `mvn ended with ${result.code}`, result.output.trimEnd().split('\n').slice(-20));
    }
    await refuseOthers(arriving, manifest.jars);
    await rm(folder, { recursive: true, force: true });
    await rename(arriving, folder);
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
}

/** The folder with the pinned jars of Apache Kafka: from the cache, or brought there once by Maven. */
export async function resolveKafkaJars(options: JarOptions = {}): Promise<string> {
  const manifest = await jarManifest();
  const env = options.env ?? process.env;
  const folder = join(cacheFolder(env), `kafka-${manifest.kafka}`);
  if (!(await jarsCached(env))) await download(folder, manifest, options);
  return folder;
}
