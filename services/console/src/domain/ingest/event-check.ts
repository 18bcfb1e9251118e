import { type Violation, violations } from '@drawbridge/contracts';
import { isObject, type JsonObject } from './fault.js';

export const ingestTopics = ['prediction.logged', 'label.received'] as const;
export type IngestTopic = (typeof ingestTopics)[number];

/** One event as it goes to Kafka, with its key. */
export interface IngestMessage {
  readonly topic: IngestTopic;
  readonly key: string;
  readonly value: string;
}

/** By contract the value of an event is at most this big. */
const MAX_VALUE_BYTES = 256 * 1024;
const MAX_FEATURES = 2000;
const MAX_TEXT = 200;
/** A clock that runs ahead by more than this is a mistake. */
export const FUTURE_LIMIT_MS = 5 * 60_000;
/** Half of a character, which only an escape in JSON can bring. */
const HALF_CHARACTER = /\p{Surrogate}/u;
const names = ['predictionId', 'project', 'model', 'version', 'deploymentId', 'endpoint', 'output.class'] as const;

/**
 * The message of an event, or what is wrong with it: the contract, and what monitoring would send to the dead letters
 * although the schema cannot say it. Over HTTP there is somebody to tell.
 */
export function messageOf(topic: IngestTopic, data: unknown, now: Date): IngestMessage | readonly Violation[] {
  const broken = violations(topic, data);
  if (broken.length > 0 || !isObject(data)) return broken;
  const found = [...textFaults(data), ...timeFaults(data, now), ...featureFaults(data)];
  if (found.length > 0) return found;
  const value = JSON.stringify(data);
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_VALUE_BYTES) return [{ field: '(value)', message: `${bytes} bytes, at most ${MAX_VALUE_BYTES} are allowed` }];
  return { topic, key: String(data['predictionId']), value };
}

function textFaults(data: JsonObject): Violation[] {
  return names.flatMap((field) => {
    const value = field === 'output.class' ? (data['output'] as JsonObject | undefined)?.['class'] : data[field];
    const message = typeof value === 'string' ? textFault(value) : undefined;
    return message === undefined ? [] : [{ field, message }];
  });
}

/** Why a text cannot be the name or the id of anything; undefined when it can. */
export function textFault(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_TEXT) return `must have 1 to ${MAX_TEXT} characters`;
  if (text.includes('\u0000')) return 'must not contain a zero byte';
  return HALF_CHARACTER.test(text) ? 'must not contain half a surrogate pair' : undefined;
}

function timeFaults({ time }: JsonObject, now: Date): Violation[] {
  if (typeof time !== 'string' || Date.parse(time) - now.getTime() <= FUTURE_LIMIT_MS) return [];
  return [{ field: 'time', message: 'lies more than 5 minutes ahead of the clock' }];
}

function featureFaults({ features }: JsonObject): Violation[] {
  const count = isObject(features) ? Object.keys(features).length : 0;
  return count <= MAX_FEATURES ? [] : [{ field: 'features', message: `${count} features, at most ${MAX_FEATURES} are allowed` }];
}
