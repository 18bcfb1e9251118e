import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventSchemas, eventType, header, type Topic, topicDefinition, topicNames, violations } from '@drawbridge/contracts';
import type { KafkaMessage } from '@drawbridge/kafka';
import { decodeEvent, type IncomingEvent } from '@drawbridge/outbox';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { Kafka, type KafkaMessage as CloudEventMessage } from 'cloudevents';
import fc from 'fast-check';
import { instanceOf } from './instances.js';

const root = join(import.meta.dirname, '../../..');
const history = join(root, 'libs/contracts/history');

interface Recorded {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Every recorded message of every released version of a topic. */
const samples = topicNames.flatMap((topic) =>
  readdirSync(join(history, topic)).map((file) => ({
    topic: topic as Topic,
    file,
    recorded: JSON.parse(readFileSync(join(history, topic, file), 'utf8')) as Recorded,
  })),
);

function messageOf(topic: string, { key, headers, value }: Recorded): KafkaMessage {
  return {
    topic,
    partition: 0,
    offset: 0n,
    key: Buffer.from(key),
    value: Buffer.from(JSON.stringify(value)),
    headers,
    timestamp: 0,
  };
}

function decoded(message: KafkaMessage): IncomingEvent<Topic> {
  const result = decodeEvent(message);
  if (!result.ok) throw new Error(result.reason);
  return result.event;
}

/** An outsider checks with the committed JSON Schema and a validator that is not ours. */
const ajv = new Ajv({ allErrors: true, strict: false });
addFormats.default(ajv);
for (const topic of topicNames) {
  ajv.addSchema(JSON.parse(readFileSync(join(root, `docs/contract/schemas/${topic}.json`), 'utf8')) as object, topic);
}

function outsider(topic: string): ValidateFunction {
  const validate = ajv.getSchema(topic);
  if (validate === undefined) throw new Error(`no committed schema of ${topic}`);
  return validate as ValidateFunction;
}

describe('recorded messages', () => {
  test('exist for every topic, and for nothing else', () => {
    expect(readdirSync(history).toSorted()).toEqual([...topicNames].toSorted());
    for (const topic of topicNames) expect(readdirSync(join(history, topic))).toContain('v1.json');
  });

  test.each(samples)('$topic $file is read by today’s code', ({ topic, recorded }) => {
    expect(violations(topic, recorded.value)).toEqual([]);
    const event = decoded(messageOf(topic, recorded));
    expect(event.data).toEqual(recorded.value);
    expect(event.id).toBe(recorded.value['id'] ?? recorded.value['predictionId']);
    expect(event.sequence).toBe(recorded.value['sequence']);
  });

  test.each(samples)('$topic $file keeps the committed schema', ({ topic, recorded }) => {
    const validate = outsider(topic);
    validate(recorded.value);
    expect(validate.errors ?? []).toEqual([]);
  });

  const control = samples.filter(({ topic }) => topicDefinition(topic).plane !== 'data');

  test.each(control)('$topic $file is a CloudEvent, and says the same without headers', ({ topic, recorded }) => {
    const message: CloudEventMessage = {
      headers: { ...recorded.headers },
      body: JSON.stringify(recorded.value),
      value: JSON.stringify(recorded.value),
      key: recorded.key,
      timestamp: '0',
    };
    const event = Kafka.toEvent<Record<string, unknown>>(message);
    if (Array.isArray(event)) throw new Error('one message is one event');
    const { value, key } = recorded;
    expect(event.data).toEqual(value);
    expect([event.id, event.source, event.type, event.time]).toEqual([value['id'], value['source'], eventType(topic), value['time']]);
    expect([event['partitionkey'], event['project'], value['type']]).toEqual([key, value['project'], topic]);
    expect(event.dataschema).toBe(`/schemas/${topic}/1.json`);
    const bare = decoded(messageOf(topic, { ...recorded, headers: {} }));
    const full = decoded(messageOf(topic, recorded));
    for (const field of ['id', 'source', 'sequence', 'time', 'project', 'actor', 'data'] as const) expect(bare[field]).toEqual(full[field]);
  });

  test.each(control)('the key of $topic is what the contract says', ({ topic, recorded }) => {
    expect(recorded.headers[header.partitionkey]).toBe(recorded.key);
    const { key } = topicDefinition(topic);
    // The audit's key is whatever aggregate was acted on.
    if (key !== 'subject') expect(recorded.value[key]).toBe(recorded.key);
  });
});

describe.each(topicNames.map((topic) => [topic as Topic]))('any %s that the schema admits', (topic) => {
  const schema = eventSchemas[topic];
  const instances = instanceOf(JSON.parse(JSON.stringify(schema)) as object) as fc.Arbitrary<Record<string, unknown>>;
  const validate = outsider(topic);

  test('is valid here and for an outsider', () => {
    fc.assert(
      fc.property(instances, (instance) => {
        expect(violations(topic, instance)).toEqual([]);
        validate(instance);
        expect(validate.errors ?? []).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  test('keeps its meaning beside fields that nobody knows yet', () => {
    fc.assert(
      fc.property(instances, fc.jsonValue(), (instance, news) => {
        const message = messageOf(topic, { key: 'k', headers: { ce_newattribute: 'x' }, value: { ...instance, aFieldOfNextYear: news } });
        const result = decodeEvent(message);
        // A label has no id of its own and is known by its prediction.
        expect(result.ok && result.event.id).toBe(
          instance['id'] === undefined || instance['id'] === '' ? instance['predictionId'] : instance['id'],
        );
      }),
      { numRuns: 5 },
    );
  });

  test.each((schema.required ?? []).map((field) => [field]))('is refused without %s, which the refusal names', (field) => {
    const [instance] = fc.sample(instances, { numRuns: 1, seed: 7 });
    const { [field]: _removed, ...rest } = instance!;
    expect(violations(topic, rest).map((found) => found.field)).toContain(field);
    const result = decodeEvent(messageOf(topic, { key: 'k', headers: {}, value: rest }));
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(field) });
  });
});

describe('a prediction', () => {
  const [recorded] = samples.filter(({ topic }) => topic === 'prediction.logged');

  test('says which model answered, by version or by deployment', () => {
    const { model: _model, version: _version, ...anonymous } = recorded!.recorded.value;
    expect(violations('prediction.logged', anonymous)).toEqual([{ field: 'version', message: 'give model with version, or deploymentId' }]);
    expect(outsider('prediction.logged')(anonymous)).toBe(false);
    expect(violations('prediction.logged', { ...anonymous, deploymentId: 'd' })).toEqual([]);
  });
});
