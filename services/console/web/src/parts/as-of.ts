const DAY_MS = 86_400_000;

/** The time up to which an answer is true; with its day once it is older than one, and in words when it never was. */
export function asOfText(at: number, nowMs: number): string {
  if (at === 0) return 'never read to the end';
  const iso = new Date(at).toISOString();
  return `as of ${nowMs - at > DAY_MS ? `${iso.slice(0, 10)} ` : ''}${iso.slice(11, 19)}Z`;
}
