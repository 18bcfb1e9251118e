import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { View } from './view.js';

/** The compiled kernel of the intake: committed, so that neither running nor testing from sources needs its compiler. */
export async function kernelView(root: string): Promise<View> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'services/monitoring/kernel/compile.mjs')], {
    timeout: 120_000,
  });
  return { path: 'services/monitoring/src/intake/decode/kernel.generated.ts', content: stdout };
}
