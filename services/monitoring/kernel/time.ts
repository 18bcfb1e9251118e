const DAY_MS: f64 = 86400000;

// The day that was read last: nearly all events of a batch are of the same.
let knownFirst: u64 = 0;
let knownLast: u16 = 0;
let knownMs: f64 = NaN;

export const TIME_BYTES: usize = 24;

/** `2026-01-31T12:00:00.000Z`: milliseconds since 1970, or NaN for any other form and for days that are none. */
export function readTime(at: usize): f64 {
  const first = load<u64>(at);
  const last = load<u16>(at, 8);
  if (first != knownFirst || last != knownLast) {
    const dayMs = readDay(at);
    if (dayMs != dayMs) return NaN;
    knownFirst = first;
    knownLast = last;
    knownMs = dayMs;
  }
  if (load<u8>(at, 10) != 84 || load<u8>(at, 13) != 58 || load<u8>(at, 16) != 58) return NaN;
  if (load<u8>(at, 19) != 46 || load<u8>(at, 23) != 90) return NaN;
  const hour = two(at + 11);
  const minute = two(at + 14);
  const seconds = two(at + 17);
  const centi = two(at + 20);
  const millis = <i32>load<u8>(at, 22) - 48;
  // What is no digit makes its pair negative.
  if ((hour | minute | seconds | centi | millis) < 0 || millis > 9 || hour > 23 || minute > 59 || seconds > 59) return NaN;
  return knownMs + <f64>(((hour * 60 + minute) * 60 + seconds) * 1000 + centi * 10 + millis);
}

function readDay(at: usize): f64 {
  if (load<u8>(at, 4) != 45 || load<u8>(at, 7) != 45) return NaN;
  const century = two(at);
  const yearOfCentury = two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  if ((century | yearOfCentury | month | day) < 0) return NaN;
  const year = century * 100 + yearOfCentury;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return NaN;
  return <f64>daysBefore(year, month, day) * DAY_MS;
}

function daysOf(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Two digits; negative when they are none. */
// @ts-ignore: decorator
@inline
function two(at: usize): i32 {
  const tens = <i32>load<u8>(at) - 48;
  const ones = <i32>load<u8>(at, 1) - 48;
  return (tens | ones) < 0 || tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

// Days from 1970 to a day of the Gregorian calendar, the year beginning in March (H. Hinnant, "chrono-compatible low-level date algorithms").
function daysBefore(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}
