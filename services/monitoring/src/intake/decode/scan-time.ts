/** The day that was read last: nearly all events of a batch are of the same. */
const known = { first: 0, second: 0, third: 0, startMs: NaN };

/** `2026-01-31T12:00:00.000Z` in 24 bytes: milliseconds since 1970, or NaN for any other form and for days that are none. */
export function scanTime(view: DataView, at: number, to: number): number {
  if (at + 24 > to) return NaN;
  const first = view.getInt32(at, true);
  const second = view.getInt32(at + 4, true);
  const third = view.getInt16(at + 8, true);
  if (first !== known.first || second !== known.second || third !== known.third) {
    const startMs = scanDay(view, at);
    if (Number.isNaN(startMs)) return NaN;
    known.first = first;
    known.second = second;
    known.third = third;
    known.startMs = startMs;
  }
  const marks = view.getUint8(at + 10) === 84 && view.getUint8(at + 13) === 58 && view.getUint8(at + 16) === 58;
  if (!marks || view.getUint8(at + 19) !== 46 || view.getUint8(at + 23) !== 90) return NaN;
  const hour = two(view, at + 11);
  const minute = two(view, at + 14);
  const seconds = two(view, at + 17);
  const centi = two(view, at + 20);
  const millis = view.getUint8(at + 22) - 48;
  // What is no digit makes its pair negative.
  if ((hour | minute | seconds | centi | millis) < 0 || millis > 9 || hour > 23 || minute > 59 || seconds > 59) return NaN;
  return known.startMs + ((hour * 60 + minute) * 60 + seconds) * 1000 + centi * 10 + millis;
}

function scanDay(view: DataView, at: number): number {
  if (view.getUint8(at + 4) !== 45 || view.getUint8(at + 7) !== 45) return NaN;
  const century = two(view, at);
  const ofCentury = two(view, at + 2);
  const month = two(view, at + 5);
  const day = two(view, at + 8);
  if ((century | ofCentury | month | day) < 0) return NaN;
  const year = century * 100 + ofCentury;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || (day > 28 && day > daysOf(year, month))) return NaN;
  return daysBefore(year, month, day) * 86_400_000;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysOf(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : DAYS[month - 1]!;
}

/** Two digits; negative when they are none. */
function two(view: DataView, at: number): number {
  const tens = view.getUint8(at) - 48;
  const ones = view.getUint8(at + 1) - 48;
  return (tens | ones) < 0 || tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

// Days from 1970 to a day of the Gregorian calendar, the year beginning in March (H. Hinnant, "chrono-compatible low-level date algorithms").
function daysBefore(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
