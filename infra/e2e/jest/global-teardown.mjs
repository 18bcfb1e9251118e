import { rm } from 'node:fs/promises';

/** Stops the stack as Ctrl C would; a stack that does not stop cleanly fails the run. */
export default async function tearDown() {
  const { stack, home } = globalThis.__DRAWBRIDGE_E2E__;
  await stack.stop();
  await rm(home, { recursive: true, force: true });
}
