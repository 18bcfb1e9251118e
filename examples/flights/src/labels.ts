import { DAY_MS, HOUR_MS } from './calendar.js';
import { isLate, type Flights } from './flights.js';
import { unit } from './random.js';

/** One label that is due: what became known of a flight, and when. */
export interface DueLabel {
  /** Moment it becomes known, on the clock of the data. */
  readonly time: number;
  readonly row: number;
  /** 1 when the flight was late. */
  readonly value: 0 | 1;
  readonly revision: 1 | 2;
}

export interface LabelOptions {
  /** Longest time from arrival to the label. Default 14 days. */
  readonly maxDelayDays?: number;
  /** Share of labels that are first reported wrong and corrected within a week. Default 0.02. */
  readonly correctedShare?: number;
}

const DELAY_SALT = 2;
const CORRECTED_SALT = 3;
const CORRECTION_SALT = 4;
const CRUISE_MILES_PER_HOUR = 450;
const GROUND_HOURS = 0.5;
const CORRECTED_WITHIN_DAYS = 7;

/** Holds the labels of flights that were predicted, until event time reaches them. */
export class LabelSchedule {
  /** Labels by the day they fall due. */
  private readonly days = new Map<number, DueLabel[]>();
  private waiting = 0;

  constructor(private readonly options: LabelOptions = {}) {}

  get pending(): number {
    return this.waiting;
  }

  /** Plans the label, and where it applies the correction, of every flight given. */
  plan(flights: Flights): void {
    for (let i = 0; i < flights.length; i += 1) {
      for (const label of labelsOf(flights, i, this.options)) this.put(label);
    }
  }

  /** Takes out what is due before this moment, in the order in which it becomes known. */
  take(before: number): DueLabel[] {
    const due: DueLabel[] = [];
    const lastDay = Math.floor(before / DAY_MS);
    for (const [day, labels] of this.days) {
      if (day > lastDay) continue;
      const rest = day === lastDay ? labels.filter((label) => label.time >= before) : [];
      for (const label of labels) if (label.time < before) due.push(label);
      if (rest.length > 0) this.days.set(day, rest);
      else this.days.delete(day);
    }
    this.waiting -= due.length;
    return due.sort((a, b) => a.time - b.time || a.row - b.row);
  }

  private put(label: DueLabel): void {
    const day = Math.floor(label.time / DAY_MS);
    const labels = this.days.get(day);
    if (labels) labels.push(label);
    else this.days.set(day, [label]);
    this.waiting += 1;
  }
}

/** The labels of one flight: one, or a wrong one and its correction. */
export function labelsOf(flights: Flights, index: number, options: LabelOptions = {}): DueLabel[] {
  const row = flights.row[index]!;
  const truth = isLate(flights.delay[index]!) ? 1 : 0;
  const arrival = flights.time[index]! + (GROUND_HOURS + flights.distance[index]! / CRUISE_MILES_PER_HOUR) * HOUR_MS;
  const time = Math.floor(arrival + unit(row, DELAY_SALT) * (options.maxDelayDays ?? 14) * DAY_MS);
  if (unit(row, CORRECTED_SALT) >= (options.correctedShare ?? 0.02)) return [{ time, row, value: truth, revision: 1 }];
  const corrected = Math.ceil(time + HOUR_MS + unit(row, CORRECTION_SALT) * (CORRECTED_WITHIN_DAYS * DAY_MS - HOUR_MS));
  return [
    { time, row, value: truth === 1 ? 0 : 1, revision: 1 },
    { time: corrected, row, value: truth, revision: 2 },
  ];
}
