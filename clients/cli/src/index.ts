export { exit, type ExitCode } from './exit.js';
export { type Host } from './io.js';
export { run } from './program.js';
