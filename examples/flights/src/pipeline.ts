import { easternHoursBehindUtc, hourOf, weekdayOf } from './calendar.js';
import type { Flights } from './flights.js';

/** What a client sends to the model, column by column. */
export interface FeatureBatch {
  readonly length: number;
  readonly distance: Float32Array;
  readonly hour: Float32Array;
  /** Monday is 0. */
  readonly weekday: Float32Array;
  readonly origin: readonly string[];
  readonly destination: readonly string[];
}

/** How a client turns a flight into features; it belongs to the version that the client was written for. */
export type Pipeline = 'local-hour' | 'utc-hour';

/** `utc-hour` is the planted mistake: the hour is taken from a UTC clock, everything else is right. */
export function buildFeatures(flights: Flights, pipeline: Pipeline): FeatureBatch {
  const { length, time, airports } = flights;
  const features = {
    length,
    distance: Float32Array.from(flights.distance),
    hour: new Float32Array(length),
    weekday: new Float32Array(length),
    origin: Array.from(flights.origin, (code) => airports[code]!),
    destination: Array.from(flights.destination, (code) => airports[code]!),
  };
  for (let i = 0; i < length; i += 1) {
    const local = time[i]!;
    features.hour[i] = pipeline === 'utc-hour' ? (hourOf(local) + easternHoursBehindUtc(local)) % 24 : hourOf(local);
    features.weekday[i] = weekdayOf(local);
  }
  return features;
}
