import type { Flights } from '../src/flights.js';

const AIRPORTS = ['ATL', 'BOS', 'LAX'] as const;

/** Made-up flights for tests: one per row number, an hour apart from midnight, every fifth one late. */
export function sampleFlights(rows: number, firstTime: number = Date.UTC(2001, 3, 10), firstRow = 0): Flights {
  const of = <T>(make: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => make(i));
  return {
    length: rows,
    row: Uint32Array.from(of((i) => firstRow + i)),
    time: Float64Array.from(of((i) => firstTime + i * 3_600_000)),
    delay: Int16Array.from(of((i) => (i % 5 === 0 ? 16 : 15))),
    distance: Uint16Array.from(of((i) => 100 + (i % 900))),
    origin: Uint16Array.from(of((i) => i % 3)),
    destination: Uint16Array.from(of((i) => (i + 1) % 3)),
    airports: AIRPORTS,
  };
}
