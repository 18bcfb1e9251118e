import { join } from 'node:path';
import { LocalError } from '../errors.js';
import { run } from '../process/run.js';

/** The oldest Java that Apache Kafka 4 runs on. */
export const oldestJava = 17;

export interface Java {
  readonly command: string;
  readonly major: number;
}

/** Reads the major version out of what `java -version` prints: 1.8 is 8, 17.0.15 is 17. */
export function javaMajor(versionText: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(versionText) ?? [];
  if (first === undefined) return undefined;
  return first === '1' && second !== undefined ? Number(second) : Number(first);
}

/** The Java of JAVA_HOME, else the one on the PATH; refuses when there is none or it is too old. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<Java> {
  const home = env['JAVA_HOME'];
  const candidates = [...(home === undefined || home === '' ? [] : [join(home, 'bin', 'java')]), 'java'];
  let tooOld: Java | undefined;
  for (const command of candidates) {
    const { code, output } = await run(command, ['-version'], { env });
    const major = code === 0 ? javaMajor(output) : undefined;
    if (major === undefined) continue;
    if (major >= oldestJava) return { command, major };
    tooOld = { command, major };
  }
  if (tooOld !== undefined) throw new LocalError('DBR-JAVA-OLD', `${tooOld.command} is Java ${tooOld.major}`);
  throw new LocalError('DBR-JAVA-MISSING', `tried ${candidates.join(' and ')}`);
}
