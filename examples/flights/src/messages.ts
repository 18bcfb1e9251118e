import { randomBytes } from 'node:crypto';
import { unit } from './random.js';

/** The parts of `prediction.logged` that are the same for every row of one arm. */
export interface ArmHeader {
  readonly project: string;
  readonly model: string;
  readonly endpoint?: string;
  readonly version: string;
  readonly variant?: string;
}

export interface PredictionRow {
  readonly predictionId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly distance: number;
  readonly hour: number;
  readonly weekday: number;
  readonly origin: string;
  readonly destination: string;
  readonly probability: number;
  readonly label: number;
  readonly latencyMs: number;
}

/**
 * Writes `prediction.logged` as text. Everything inserted is a number, an id of letters and digits, or an airport
 * code, so only the parts that a caller chooses need escaping, and those are escaped once per arm.
 */
export function predictionWriter(arm: ArmHeader): (row: PredictionRow) => string {
  const fixed =
    `"project":${JSON.stringify(arm.project)},"model":${JSON.stringify(arm.model)},"version":${JSON.stringify(arm.version)}` +
    (arm.endpoint === undefined ? '' : `,"endpoint":${JSON.stringify(arm.endpoint)}`) +
    (arm.variant === undefined ? '' : `,"variant":${JSON.stringify(arm.variant)}`);
  return (row) =>
    `{"predictionId":"${row.predictionId}","time":"${new Date(row.time).toISOString()}",${fixed},"features":{"distance":` +
    `${row.distance},"hour":${row.hour},"weekday":${row.weekday},"origin":"${row.origin}","destination":"${row.destination}"},` +
    `"output":{"value":${row.label},"score":${row.probability}},"latencyMs":${row.latencyMs},"status":"ok"}`;
}

export function labelText(project: string, predictionId: string, value: 0 | 1, observedAt: number, revision: number): string {
  return (
    `{"predictionId":"${predictionId}","project":${JSON.stringify(project)},"value":${value},` +
    `"observedAt":"${new Date(observedAt).toISOString()}","revision":${revision},"source":"arrivals"}`
  );
}

const LATENCY_SALT = 5;
const TAIL_SALT = 6;

/** Milliseconds a model server of this size takes: about one, with a long tail. */
export function latencyOf(row: number): number {
  const u = unit(row, LATENCY_SALT);
  const slow = unit(row, TAIL_SALT) < 0.01 ? 6 : 1;
  return Math.round(100 * slow * (0.6 - 0.5 * Math.log(1 - u * 0.999))) / 100;
}

/** A W3C trace context of a request that was sampled by its caller. */
export function newTraceparent(): { traceparent: string; traceId: string } {
  const traceId = randomBytes(16).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
}
