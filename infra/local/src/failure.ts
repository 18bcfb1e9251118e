/** The code of a system error such as EEXIST; errors of other realms (a test runner's) are not `instanceof Error`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}

/** The sentence of an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const message = String(error.message);
  // A refused connection to a name with several addresses has no sentence of its own.
  return message === '' ? (codeOf(error) ?? 'unknown error') : message;
}
