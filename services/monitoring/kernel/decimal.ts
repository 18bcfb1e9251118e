/** Powers of ten that a double holds exactly. */
export const POWERS: usize = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]);

export const MOST_DECIMALS: u64 = 22;

/** From here on not every integer is a double. */
const EXACT: u64 = 1 << 53;

// 2^b / 5^d, rounded up, b such that it has 128 bits: the upper and the lower half for each number of decimals d.
const FIFTHS: usize = memory.data<u64>([
  0x8000000000000000, 0x0000000000000000,
  0xcccccccccccccccc, 0xcccccccccccccccd,
  0xa3d70a3d70a3d70a, 0x3d70a3d70a3d70a4,
  0x83126e978d4fdf3b, 0x645a1cac083126ea,
  0xd1b71758e219652b, 0xd3c36113404ea4a9,
  0xa7c5ac471b478423, 0x0fcf80dc33721d54,
  0x8637bd05af6c69b5, 0xa63f9a49c2c1b110,
  0xd6bf94d5e57a42bc, 0x3d32907604691b4d,
  0xabcc77118461cefc, 0xfdc20d2b36ba7c3e,
  0x89705f4136b4a597, 0x31680a88f8953031,
  0xdbe6fecebdedd5be, 0xb573440e5a884d1c,
  0xafebff0bcb24aafe, 0xf78f69a51539d749,
  0x8cbccc096f5088cb, 0xf93f87b7442e45d4,
  0xe12e13424bb40e13, 0x2865a5f206b06fba,
  0xb424dc35095cd80f, 0x538484c19ef38c95,
  0x901d7cf73ab0acd9, 0x0f9d37014bf60a11,
  0xe69594bec44de15b, 0x4c2ebe687989a9b4,
  0xb877aa3236a4b449, 0x09befeb9fad487c3,
  0x9392ee8e921d5d07, 0x3aff322e62439fd0,
  0xec1e4a7db69561a5, 0x2b31e9e3d06c32e6,
  0xbce5086492111aea, 0x88f4bb1ca6bcf585,
  0x971da05074da7bee, 0xd3f6fc16ebca5e04,
  0xf1c90080baf72cb1, 0x5324c68b12dd6339,
]);

const BIAS: i64 = 1023;
const FRACTION_BITS: u64 = 52;

/** The double nearest to `digits` / 10^`decimals`, the even one of two that are equally near. */
// @ts-ignore: decorator
@inline
export function nearest(digits: u64, decimals: usize): f64 {
  // Both are doubles, and dividing rounds once.
  if (digits < EXACT) return <f64>(<i64>digits) / load<f64>(POWERS + (decimals << 3));
  return nearestOfLong(digits, decimals);
}

/**
 * D. Lemire, "Number parsing at a gigabyte per second" (2021), for the decimals that we have: the upper bits of the product
 * with the power of five decide, and N. Mushtak and D. Lemire, "Fast number parsing without fallback" (2023), show that they
 * always do. The results are neither subnormal nor infinite.
 */
function nearestOfLong(digits: u64, decimals: usize): f64 {
  const zeros = clz(digits);
  const w = digits << zeros;
  const fifth = FIFTHS + (decimals << 4);
  let high = highOf(w, load<u64>(fifth));
  let low = w * load<u64>(fifth);
  if ((high & 0x1ff) == 0x1ff) {
    const second = highOf(w, load<u64>(fifth, 8));
    low += second;
    if (second > low) high += 1;
  }
  const upper = high >> 63;
  let fraction = high >> (upper + 9);
  // The whole part of log2(10^-decimals), by its first sixteen bits.
  let exponent = <i64>((<i32>decimals * -217706) >> 16) + 63 + <i64>upper - <i64>zeros + BIAS;
  // Half way between two doubles, which only few decimals can be: to the even one.
  if (low <= 1 && decimals <= 4 && (fraction & 3) == 1 && fraction << (upper + 9) == high) fraction &= ~1;
  fraction = (fraction + (fraction & 1)) >> 1;
  if (fraction >= <u64>2 << FRACTION_BITS) {
    fraction = <u64>1 << FRACTION_BITS;
    exponent += 1;
  }
  return reinterpret<f64>((fraction & ~(<u64>1 << FRACTION_BITS)) | (<u64>exponent << FRACTION_BITS));
}

/** The upper half of a product of 128 bits. */
// @ts-ignore: decorator
@inline
function highOf(a: u64, b: u64): u64 {
  const lowA = a & 0xffffffff;
  const lowB = b & 0xffffffff;
  const highA = a >> 32;
  const highB = b >> 32;
  const across = lowA * highB;
  const middle = highA * lowB + ((lowA * lowB) >> 32) + (across & 0xffffffff);
  return highA * highB + (across >> 32) + (middle >> 32);
}
