import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DAY_MS, dayStart } from './calendar.js';

/** Eastern: origin and destination both east of 90 degrees west. */
export type Population = 'eastern' | 'all';

/** Flights in the order of the file, which is by time. One entry per column; nothing is kept per row as an object. */
export interface Flights {
  readonly length: number;
  /** Row in the file: the flight's stable identity. */
  readonly row: Uint32Array;
  /** Local clock time of departure, in milliseconds as if UTC. */
  readonly time: Float64Array;
  /** Minutes late at arrival. */
  readonly delay: Int16Array;
  /** Miles. */
  readonly distance: Uint16Array;
  /** Index into `airports`. */
  readonly origin: Uint16Array;
  readonly destination: Uint16Array;
  readonly airports: readonly string[];
}

export const LATE_AFTER_MINUTES = 15;
const EAST_OF_LONGITUDE = -90;

const COLUMNS = ['date', 'delay', 'distance', 'origin', 'destination'] as const;
type ColumnName = (typeof COLUMNS)[number];

/** Reads only the row groups that hold the days asked for, one at a time. */
export class FlightFile {
  private constructor(
    private readonly file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
    private readonly metadata: FileMetaData,
    private readonly airports: readonly string[],
    private readonly codes: ReadonlyMap<string, number>,
    private readonly eastern: readonly boolean[],
  ) {}

  static async open(folder: string = datasetFolder()): Promise<FlightFile> {
    const file = await asyncBufferFromFile(join(folder, 'flights-3m.parquet'));
    const metadata = await parquetMetadataAsync(file, { parsers });
    const longitudes = readLongitudes(await readFile(join(folder, 'airports.csv'), 'utf8'));
    const airports = [...longitudes.keys()];
    return new FlightFile(
      file,
      metadata,
      airports,
      new Map(airports.map((code, index) => [code, index])),
      airports.map((code) => longitudes.get(code)! > EAST_OF_LONGITUDE),
    );
  }

  /** Flights of the days `from` to `to` (both included, e.g. 2001-03-05) of one population. */
  async read(from: string, to: string, population: Population): Promise<Flights> {
    const start = dayStart(from);
    const end = dayStart(to) + DAY_MS;
    const parts: Flights[] = [];
    let firstRow = 0;
    for (const group of this.metadata.row_groups) {
      const rows = Number(group.num_rows);
      const statistics = group.columns[0]?.meta_data?.statistics;
      const earliest = Number(statistics?.min_value ?? Number.NEGATIVE_INFINITY);
      const latest = Number(statistics?.max_value ?? Number.POSITIVE_INFINITY);
      if (earliest < end && latest >= start) parts.push(await this.readGroup(firstRow, rows, start, end, population));
      firstRow += rows;
    }
    return concatenate(parts, this.airports);
  }

  private async readGroup(firstRow: number, rows: number, start: number, end: number, population: Population): Promise<Flights> {
    const all = columnsOf(rows, this.airports);
    // One column after the other: decoded together they would need several times the memory of what is kept.
    for (const name of COLUMNS) await this.readColumn(name, firstRow, all);
    let kept = 0;
    for (let i = 0; i < rows; i += 1) {
      const time = all.time[i]!;
      if (time < start || time >= end) continue;
      if (population === 'eastern' && !(this.eastern[all.origin[i]!]! && this.eastern[all.destination[i]!]!)) continue;
      all.row[kept] = firstRow + i;
      all.time[kept] = time;
      all.delay[kept] = all.delay[i]!;
      all.distance[kept] = all.distance[i]!;
      all.origin[kept] = all.origin[i]!;
      all.destination[kept] = all.destination[i]!;
      kept += 1;
    }
    return slice(all, 0, kept);
  }

  private async readColumn(name: ColumnName, firstRow: number, into: Flights): Promise<void> {
    await parquetRead({
      file: this.file,
      metadata: this.metadata,
      compressors,
      parsers,
      columns: [name],
      rowStart: firstRow,
      rowEnd: firstRow + into.length,
      onPage: ({ columnData, rowStart }) => {
        // A page counts its rows from the start of the file.
        const at = rowStart - firstRow;
        for (let i = 0; i < columnData.length; i += 1) {
          const value: unknown = columnData[i];
          if (name === 'date') into.time[at + i] = Number(value);
          else if (name === 'origin' || name === 'destination') into[name][at + i] = this.codeOf(String(value));
          else into[name][at + i] = Number(value);
        }
      },
    });
  }

  private codeOf(airport: string): number {
    const code = this.codes.get(airport);
    if (code === undefined) throw new Error(`airport ${airport} of flights-3m.parquet is not in airports.csv`);
    return code;
  }
}

/** Part of the flights, sharing memory with the whole. */
export function slice(flights: Flights, from: number, to: number): Flights {
  return {
    length: to - from,
    row: flights.row.subarray(from, to),
    time: flights.time.subarray(from, to),
    delay: flights.delay.subarray(from, to),
    distance: flights.distance.subarray(from, to),
    origin: flights.origin.subarray(from, to),
    destination: flights.destination.subarray(from, to),
    airports: flights.airports,
  };
}

/** The flights at these positions, copied. */
export function pick(flights: Flights, positions: ArrayLike<number>): Flights {
  const picked = columnsOf(positions.length, flights.airports);
  for (let i = 0; i < positions.length; i += 1) {
    const from = positions[i]!;
    picked.row[i] = flights.row[from]!;
    picked.time[i] = flights.time[from]!;
    picked.delay[i] = flights.delay[from]!;
    picked.distance[i] = flights.distance[from]!;
    picked.origin[i] = flights.origin[from]!;
    picked.destination[i] = flights.destination[from]!;
  }
  return picked;
}

export function isLate(delayMinutes: number): boolean {
  return delayMinutes > LATE_AFTER_MINUTES;
}

/** Where npm put the data files of vega-datasets. */
export function datasetFolder(): string {
  // The package exports its code only; its entry file lies in a folder beside the data.
  return join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');
}

const parsers = { timestampFromMicroseconds: (micros: bigint): number => Number(micros) / 1000 };

function columnsOf(length: number, airports: readonly string[]): Flights {
  return {
    length,
    row: new Uint32Array(length),
    time: new Float64Array(length),
    delay: new Int16Array(length),
    distance: new Uint16Array(length),
    origin: new Uint16Array(length),
    destination: new Uint16Array(length),
    airports,
  };
}

function concatenate(parts: readonly Flights[], airports: readonly string[]): Flights {
  const whole = columnsOf(
    parts.reduce((rows, part) => rows + part.length, 0),
    airports,
  );
  let at = 0;
  for (const part of parts) {
    whole.row.set(part.row, at);
    whole.time.set(part.time, at);
    whole.delay.set(part.delay, at);
    whole.distance.set(part.distance, at);
    whole.origin.set(part.origin, at);
    whole.destination.set(part.destination, at);
    at += part.length;
  }
  return whole;
}

/** Code and longitude are the first and the last field of a line; quoted names in between may hold commas. */
function readLongitudes(csv: string): Map<string, number> {
  const [head, ...lines] = csv.trimEnd().split('\n');
  if (!head?.startsWith('iata,') || !head.trimEnd().endsWith(',longitude')) {
    throw new Error('airports.csv: expected iata as the first and longitude as the last column');
  }
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(',')), Number(line.slice(line.lastIndexOf(',') + 1))]));
}
