const SLOW_FORM = /^\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds of an RFC 3339 time; NaN when it is none. Times in the usual UTC form are read by position. */
export function parseEventTime(text: string): number {
  const { length } = text;
  if ((length === 20 || length === 24) && text.charCodeAt(length - 1) === 90 && text.charCodeAt(10) === 84) {
    const year = digits(text, 0, 4);
    const month = digits(text, 5, 2);
    const day = digits(text, 8, 2);
    const hour = digits(text, 11, 2);
    const minute = digits(text, 14, 2);
    const second = digits(text, 17, 2);
    const milli = length === 24 ? digits(text, 20, 3) : 0;
    const separators = text[4] === '-' && text[7] === '-' && text[13] === ':' && text[16] === ':' && (length === 20 || text[19] === '.');
    // NaN fails every comparison; days that a month may not have go the slow way.
    if (separators && year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59) {
      return Date.UTC(year, month - 1, day, hour, minute, second, milli);
    }
  }
  if (!SLOW_FORM.test(text)) return NaN;
  const time = Date.parse(text);
  // Date.parse rolls 30 February over into March.
  return validDay(text) ? time : NaN;
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function validDay(text: string): boolean {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
