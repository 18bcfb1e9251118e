import type { PredictionLogged } from '@drawbridge/contracts';
import { CaptureFault, isObject, type JsonObject } from './fault.js';
import { featureRows } from './inputs.js';
import { type Meaning, outputRows } from './outputs.js';
import { readPayload } from './payload.js';

/** What the capture does not say. */
export interface CaptureFacts {
  readonly model: string;
  readonly version: string;
  readonly endpoint?: string;
  readonly project: string;
  /** Names of values that come without. */
  readonly featureNames?: readonly string[];
  readonly meaning: Meaning;
}

/**
 * The predictions of one line of SageMaker's data capture, one per row of the request. Its id is the `inferenceId` of the
 * caller, under which labels come, else the `eventId`; with several rows `-0`, `-1` … stand behind it. Throws CaptureFault.
 */
export function predictionsOf(line: string, facts: CaptureFacts): PredictionLogged[] {
  const { captureData, eventMetadata } = objectOf(line);
  if (!isObject(captureData)) throw new CaptureFault('captureData', 'is missing: this is no line of a data capture');
  if (!isObject(eventMetadata)) throw new CaptureFault('eventMetadata', 'is missing: this is no line of a data capture');
  const id = idOf(eventMetadata);
  const time = timeOf(eventMetadata);
  const input = 'captureData.endpointInput';
  const output = 'captureData.endpointOutput';
  const features = featureRows(readPayload(captureData['endpointInput'], input), facts.featureNames, `${input}.data`);
  const outputs = outputRows(readPayload(captureData['endpointOutput'], output), features.length, facts.meaning, `${output}.data`);
  const { model, version, endpoint, project } = facts;
  return features.map((row, index): PredictionLogged => ({
    predictionId: features.length === 1 ? id : `${id}-${String(index)}`,
    time,
    project,
    model,
    version,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(row === undefined ? {} : { features: row }),
    output: outputs[index]!,
    status: 'ok',
  }));
}

function objectOf(line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CaptureFault('(line)', 'is not JSON: a data capture has one JSON object per line');
  }
  if (!isObject(value)) throw new CaptureFault('(line)', 'is no JSON object');
  return value;
}

function idOf({ inferenceId, eventId }: JsonObject): string {
  if (typeof inferenceId === 'string' && inferenceId !== '') return inferenceId;
  if (typeof eventId === 'string' && eventId !== '') return eventId;
  throw new CaptureFault('eventMetadata.eventId', 'must be a text that is not empty');
}

function timeOf({ inferenceTime }: JsonObject): string {
  const known = typeof inferenceTime === 'string' && /^\d{4}-\d\d-\d\dT.*(?:Z|[-+]\d\d:\d\d)$/.test(inferenceTime);
  const at = new Date(known ? inferenceTime : Number.NaN);
  if (Number.isNaN(at.getTime())) throw new CaptureFault('eventMetadata.inferenceTime', 'must be a time such as 2026-03-05T12:00:00Z');
  return at.toISOString();
}
