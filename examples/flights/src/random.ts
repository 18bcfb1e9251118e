/** Thirty-two well-mixed bits from a row number and a salt: the same on every run and in every process. */
export function hash32(value: number, salt: number): number {
  let h = Math.imul(value ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) that belongs to this row and salt. */
export function unit(value: number, salt: number): number {
  return hash32(value, salt) / 0x1_0000_0000;
}
