import { exit } from './exit.js';
import { run } from './program.js';

const { stdin, stdout, stderr, env } = process;
const controller = new AbortController();

process.on('SIGINT', () => {
  // The second time nobody waits for anything.
  if (controller.signal.aborted) process.exit(exit.interrupted);
  controller.abort();
});

// `drawbridge events list | head` closes the pipe early: that is no failure.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exit.ok : exit.failed));
}

process.exitCode = await run(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  cwd: process.cwd(),
  signal: controller.signal,
  interrupt: () => controller.abort(),
});
// A prompt or a stream that was left open must not keep the process.
stdin.unref?.();
