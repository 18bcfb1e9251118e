import { crossings } from './boundaries.js';

/** Prints every crossing and fails if there is one. */
const found = crossings(process.cwd());
for (const { file, what, instead } of found) console.error(`${file}: ${what}\n  instead: ${instead}`);
console.log(found.length === 0 ? 'boundaries: none crossed' : `boundaries: ${String(found.length)} crossed`);
process.exitCode = found.length === 0 ? 0 : 1;
