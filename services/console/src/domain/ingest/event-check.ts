import { eventLimits, textFlaw, type Violation, violations } from '@drawbridge/contracts';
import { isObject, type JsonObject } from './fault.js';

export const ingestTopics = ['prediction.logged', 'label.received'] as const;
export type IngestTopic = (typeof ingestTopics)[number];

/** One event as it goes to Kafka, with its key. */
export interface IngestMessage {
  readonly topic: IngestTopic;
  readonly key: string;
  readonly value: string;
}

const MAX_REVISION = 2_147_483_647;
/** Where texts stand that monitoring keeps, with the most characters of each. */
const texts: Readonly<Record<IngestTopic, Readonly<Record<string, number>>>> = {
  'prediction.logged': {
    predictionId: eventLimits.text,
    project: eventLimits.text,
    model: eventLimits.text,
    version: eventLimits.text,
    deploymentId: eventLimits.text,
    endpoint: eventLimits.text,
    'output.class': eventLimits.text,
  },
  'label.received': { predictionId: eventLimits.text, project: eventLimits.text, source: eventLimits.text, value: eventLimits.labelText },
};

/**
 * The message of an event, or what is wrong with it: the contract, and what monitoring would send to the dead letters
 * although the schema cannot say it. Over HTTP there is somebody to tell.
 */
export function messageOf(topic: IngestTopic, data: unknown, now: Date): IngestMessage | readonly Violation[] {
  const broken = violations(topic, data);
  if (broken.length > 0 || !isObject(data)) return broken;
  const found = [...textFaults(topic, data), ...timeFaults(data, now), ...numberFaults(data), ...featureFaults(data)];
  if (found.length > 0) return found;
  const value = JSON.stringify(data);
  const bytes = Buffer.byteLength(value);
  if (bytes > eventLimits.valueBytes)
    return [{ field: '(value)', message: `${bytes} bytes, at most ${eventLimits.valueBytes} are allowed` }];
  return { topic, key: String(data['predictionId']), value };
}

function textFaults(topic: IngestTopic, data: JsonObject): Violation[] {
  return Object.entries(texts[topic]).flatMap(([field, most]) => {
    const value = field === 'output.class' ? (data['output'] as JsonObject)['class'] : data[field];
    const message = typeof value === 'string' ? textFault(value, most) : undefined;
    return message === undefined ? [] : [{ field, message }];
  });
}

/** Why a text cannot be the name or the id of anything; undefined when it can. */
export function textFault(text: string, most: number = eventLimits.text): string | undefined {
  if (text.length === 0 || text.length > most) return `must have 1 to ${most} characters`;
  return textFlaw(text);
}

function timeFaults(data: JsonObject, now: Date): Violation[] {
  return ['time', 'observedAt'].flatMap((field) => {
    const value = data[field];
    const message = typeof value === 'string' ? timeFault(value, now) : undefined;
    return message === undefined ? [] : [{ field, message }];
  });
}

/** Why a time of the right form cannot be when something happened; undefined when it can. */
export function timeFault(time: string, now: Date): string | undefined {
  if (Date.parse(time) - now.getTime() > eventLimits.aheadMs) return 'lies more than 5 minutes ahead of the clock';
  const day = time.slice(0, 10);
  // Date.parse rolls 30 February over into March.
  return new Date(`${day}T00:00:00.000Z`).toISOString().startsWith(day) ? undefined : 'is on a day that its month does not have';
}

function numberFaults({ revision, dropped }: JsonObject): Violation[] {
  if (typeof revision === 'number' && revision > MAX_REVISION) return [{ field: 'revision', message: `must be at most ${MAX_REVISION}` }];
  return typeof dropped === 'number' && !Number.isSafeInteger(dropped) ? [{ field: 'dropped', message: 'must be a whole number' }] : [];
}

function featureFaults({ features }: JsonObject): Violation[] {
  const count = isObject(features) ? Object.keys(features).length : 0;
  return count <= eventLimits.features
    ? []
    : [{ field: 'features', message: `${count} features, at most ${eventLimits.features} are allowed` }];
}
