import { randomUUID } from 'node:crypto';
import {
  type Actor,
  type Envelope,
  type EventMap,
  eventType,
  header,
  sequenceText,
  type Topic,
  topicDefinition,
} from '@drawbridge/contracts';
import type { OutgoingMessage } from '@drawbridge/kafka';

export interface PublishOptions {
  readonly id?: string;
  readonly time?: Date;
  readonly project?: string;
  /** One source per aggregate; default built from topic and key. */
  readonly source?: string;
  readonly sequence?: number;
  readonly actor?: Actor;
  readonly key?: string;
  readonly chainId?: string;
  readonly causeId?: string;
  readonly traceparent?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a test says about an event: for control topics without the envelope, for data topics all of it. */
export type EventData<T extends Topic> = EventMap[T] extends Envelope ? Omit<EventMap[T], keyof Envelope> : EventMap[T];

/**
 * A message as its producer sends it. Control events are CloudEvents in binary mode with the envelope repeated in the value;
 * data topics carry plain JSON under the prediction's id.
 */
export function anEvent<T extends Topic>(topic: T, data: EventData<T>, options: PublishOptions = {}): OutgoingMessage & { id: string } {
  const id = options.id ?? randomUUID();
  if (topicDefinition(topic).plane === 'data') return plainMessage(topic, data, id, options);
  const key = options.key ?? id;
  const time = (options.time ?? new Date()).toISOString();
  const project = options.project ?? 'default';
  const source = options.source ?? `/drawbridge/test/outside/${topic.replaceAll('.', '-')}/${key}`;
  const { sequence } = options;
  const actor: Actor = options.actor ?? { type: 'machine', id: 'test' };
  const value = { id, type: topic, time, project, source, ...(sequence === undefined ? {} : { sequence }), actor, ...data };
  return {
    id,
    topic,
    key,
    value: JSON.stringify(value),
    headers: {
      'content-type': 'application/json',
      [header.specversion]: '1.0',
      [header.id]: id,
      [header.source]: source,
      [header.type]: eventType(topic),
      [header.time]: time,
      [header.project]: project,
      [header.partitionkey]: key,
      [header.chainid]: options.chainId ?? id,
      ...(options.causeId === undefined ? {} : { [header.causeid]: options.causeId }),
      ...(sequence === undefined ? {} : { [header.sequence]: sequenceText(sequence), [header.sequencetype]: 'Integer' }),
      ...(options.traceparent === undefined ? {} : { [header.traceparent]: options.traceparent }),
      ...options.headers,
    },
  };
}

function plainMessage(topic: string, data: object, id: string, options: PublishOptions): OutgoingMessage & { id: string } {
  const key = options.key ?? ('predictionId' in data ? String(data.predictionId) : id);
  const { traceparent } = options;
  const headers = { 'content-type': 'application/json', ...(traceparent === undefined ? {} : { traceparent }), ...options.headers };
  return { id, topic, key, value: JSON.stringify(data), headers };
}
