import { DAY_MS, dayName, dayStart } from './calendar.js';
import { pick, slice, type FlightFile, type Flights, type Population } from './flights.js';
import { unit } from './random.js';

/** Gives the flights day by day and holds one month at a time in memory. */
export class FlightDays {
  private month: { readonly name: string; readonly flights: Flights } | undefined;

  constructor(private readonly file: FlightFile) {}

  async read(day: string, population: Population): Promise<Flights> {
    const start = dayStart(day);
    const name = `${day.slice(0, 7)}/${population}`;
    if (this.month?.name !== name) {
      const date = new Date(start);
      const lastOfMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
      // Let go of the old month before the new one is read.
      this.month = undefined;
      this.month = { name, flights: await this.file.read(`${day.slice(0, 7)}-01`, dayName(lastOfMonth), population) };
    }
    const { flights } = this.month;
    const from = lowerBound(flights.time, start);
    const to = lowerBound(flights.time, start + DAY_MS);
    if (from === to) throw new RangeError(`the data has no flights on ${day}`);
    return slice(flights, from, to);
  }
}

const JITTER_MS = 10 * 60_000;
const JITTER_SALT = 7;

/** Messages of a real fleet overtake each other by minutes; so do these, in the same way on every run. */
export function shuffleSlightly(flights: Flights): Flights {
  const arrival = Float64Array.from(flights.time, (time, i) => time + unit(flights.row[i]!, JITTER_SALT) * JITTER_MS);
  const order = Uint32Array.from(arrival.keys()).sort((a, b) => arrival[a]! - arrival[b]!);
  return pick(flights, order);
}

/** Position of the first value that is not below `least`. */
function lowerBound(ascending: Float64Array, least: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
