/**
 * The file holds local clock times without a zone. They are kept as milliseconds "as if UTC", so the calendar day,
 * hour and weekday of a flight can be read with the UTC methods of Date.
 */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

/** Last moment that the replay may need: the end of the data, two weeks of late labels and a week for corrections. */
const LAST_NEEDED_MS = Date.UTC(2001, 6, 1) + 3 * WEEK_MS;

/** Milliseconds to add to a date of 2001 so that everything lies in the past and weekdays stay what they were. */
export function wholeWeekShift(nowMs: number, lastNeededMs: number = LAST_NEEDED_MS): number {
  return Math.floor((nowMs - lastNeededMs) / WEEK_MS) * WEEK_MS;
}

/**
 * Hours that UTC is ahead of US Eastern time at a local clock time of 2001: 4 in summer, else 5.
 * Until 2006 summer time ran from the first Sunday of April, 2 o'clock, to the last Sunday of October.
 */
export function easternHoursBehindUtc(localMs: number): number {
  const year = new Date(localMs).getUTCFullYear();
  const begins = Date.UTC(year, 3, 1 + daysToSunday(Date.UTC(year, 3, 1)), 2);
  const lastOfOctober = Date.UTC(year, 9, 31);
  const ends = lastOfOctober - new Date(lastOfOctober).getUTCDay() * DAY_MS + 2 * HOUR_MS;
  return localMs >= begins && localMs < ends ? 4 : 5;
}

/** Monday is 0, as in the training script. */
export function weekdayOf(localMs: number): number {
  return (new Date(localMs).getUTCDay() + 6) % 7;
}

export function hourOf(localMs: number): number {
  return Math.floor(localMs / HOUR_MS) % 24;
}

/** `2001-03-05` → the first millisecond of that day. */
export function dayStart(day: string): number {
  const start = Date.parse(`${day}T00:00:00.000Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(start)) throw new RangeError(`not a day such as 2001-03-05: ${day}`);
  return start;
}

export function dayName(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Names of the days from `first` to `last`, both included. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let ms = dayStart(first); ms <= dayStart(last); ms += DAY_MS) days.push(dayName(ms));
  return days;
}

function daysToSunday(ms: number): number {
  return (7 - new Date(ms).getUTCDay()) % 7;
}
