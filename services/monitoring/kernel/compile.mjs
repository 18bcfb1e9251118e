// Prints the module that holds the compiled kernel; `npm run generate` writes it where it belongs.
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';

const files = new Map();
// No runtime, no assertions, and a memory that never grows.
const options = '--runtime stub --use abort= --enable simd -O3 --converge --noAssert --initialMemory 512 --maximumMemory 512';
const { error } = await main(
  ['kernel/kernel.ts', '--baseDir', join(import.meta.dirname, '..'), '--outFile', 'kernel.wasm', ...options.split(' ')],
  { stderr: process.stderr, writeFile: (name, content) => void files.set(name, content) },
);
if (error) throw error;
const text = Buffer.from(files.get('kernel.wasm')).toString('base64');
console.log(`// Generated from services/monitoring/kernel by \`npm run generate\`; do not edit.\nexport const KERNEL =\n  '${text}';`);
