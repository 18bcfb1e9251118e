import { type Static, Type, type TProperties, type TObject } from '@sinclair/typebox';
import { fieldDescription } from './field-descriptions.js';
import { Actor, Timestamp } from './schema-parts.js';

/** What every event repeats in its value, for consumers that do not read headers. */
export const envelopeFields = {
  id: Type.String({ format: 'uuid' }),
  type: Type.String(),
  time: Timestamp,
  project: Type.String({ minLength: 1, default: 'default' }),
  source: Type.String(),
  sequence: Type.Optional(Type.Integer({ minimum: 1 })),
  actor: Actor,
};

export const Envelope = Type.Object(envelopeFields);
export type Envelope = Static<typeof Envelope>;

/** The JSON Schema of one event: the envelope's fields and its own, open to fields of later versions. */
export function eventSchema<Fields extends TProperties>(
  topic: string,
  description: string,
  fields: Fields,
): TObject<typeof envelopeFields & Fields> {
  return Type.Object(described(topic, { ...envelopeFields, ...fields }), {
    $id: `/schemas/${topic}/1.json`,
    title: topic,
    description,
    additionalProperties: true,
  });
}

/** Copies of the fields with what they mean; parts that events share keep their own words only when there are no better ones. */
function described<Fields extends TProperties>(topic: string, fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, schema]) => {
    const description = fieldDescription(topic, name);
    return [name, description === undefined ? schema : { ...schema, description }] as const;
  });
  return Object.fromEntries(entries) as Fields;
}

/** CloudEvents attributes as Kafka headers (binary mode). All values are text. */
export const header = {
  specversion: 'ce_specversion',
  id: 'ce_id',
  source: 'ce_source',
  type: 'ce_type',
  subject: 'ce_subject',
  time: 'ce_time',
  dataschema: 'ce_dataschema',
  partitionkey: 'ce_partitionkey',
  sequence: 'ce_sequence',
  sequencetype: 'ce_sequencetype',
  authtype: 'ce_authtype',
  authid: 'ce_authid',
  authclaims: 'ce_authclaims',
  chainid: 'ce_chainid',
  causeid: 'ce_causeid',
  originTraceparent: 'ce_traceparent',
  project: 'ce_project',
  replayid: 'ce_replayid',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  contentType: 'content-type',
} as const;

/** `ce_type` of a topic's current major version. */
export function eventType(topic: string): string {
  return `io.drawbridge.${topic}.v1`;
}

/** The sequence as CloudEvents wants it: text whose alphabetical order is the numerical one. */
export function sequenceText(sequence: number): string {
  return String(sequence).padStart(10, '0');
}
