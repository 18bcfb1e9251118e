/** Says what was expected when it is not so. */
export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  must(a === b, `${what}: expected ${b}, got ${a}`);
}
