/** Largest number that is counted; a longer one is only a name. */
const COUNTED = /^[1-9]\d{0,8}$/;

/** The version to use and the number the next unnamed version gets. Numbers are never given twice. */
export function assignVersion(asked: string | undefined, nextNumber: number): { version: string; nextNumber: number } {
  if (asked === undefined) return { version: String(nextNumber), nextNumber: nextNumber + 1 };
  const number = COUNTED.test(asked) ? Number(asked) : 0;
  return { version: asked, nextNumber: Math.max(nextNumber, number + 1) };
}
