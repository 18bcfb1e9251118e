import { eventSchemas, type Topic } from './catalogue.js';
import { header } from './envelope.js';
import { topicDefinition, topics } from './topics.js';

type Json = Record<string, unknown>;

const text = { type: 'string' };

/** What a Kafka message of a control topic says in its headers. Values are UTF-8 text. */
const headerSchema: Json = {
  type: 'object',
  properties: {
    [header.specversion]: { const: '1.0' },
    [header.id]: { type: 'string', format: 'uuid', description: 'the key for deduplication' },
    [header.source]: { ...text, description: 'one source per aggregate' },
    [header.type]: text,
    [header.subject]: text,
    [header.time]: { type: 'string', format: 'date-time', description: 'event time' },
    [header.dataschema]: text,
    [header.partitionkey]: text,
    [header.sequence]: { ...text, description: 'ten digits, +1 per event of its source' },
    [header.sequencetype]: { const: 'Integer' },
    [header.authtype]: text,
    [header.authid]: text,
    [header.chainid]: text,
    [header.causeid]: text,
    [header.originTraceparent]: text,
    [header.project]: text,
    [header.replayid]: { ...text, description: 'on replays only; live consumers drop such messages' },
    [header.traceparent]: text,
  },
};

const orderings = {
  A: 'strict per source, by sequence',
  B: 'per key',
  C: 'none; idempotent by id',
} as const;

function message(topic: string): Json {
  const schema = eventSchemas[topic as Topic];
  // Symbols of the schema library do not belong in a document.
  const payload = JSON.parse(JSON.stringify(schema)) as Json;
  return {
    name: topic,
    title: topic,
    contentType: topicDefinition(topic).content,
    ...(typeof payload['description'] === 'string' ? { summary: payload['description'] } : {}),
    headers: { $ref: '#/components/schemas/CloudEventHeaders' },
    payload,
  };
}

/** The AsyncAPI 3 document of all topics, generated from the same definitions that validate every event. */
export function asyncApiDocument(): Json {
  const channels: Json = {};
  const operations: Json = {};
  const messages: Json = {};
  for (const { name, key, ordering, consumers, owner } of topics) {
    const id = name.replaceAll('.', '_');
    messages[id] = message(name);
    channels[id] = {
      address: name,
      title: name,
      description: `Key: ${key}. Order: ${orderings[ordering]}. Written by ${owner === 'outside' ? 'any producer' : owner}.`,
      messages: { [id]: { $ref: `#/components/messages/${id}` } },
    };
    const parts = { channel: { $ref: `#/channels/${id}` }, messages: [{ $ref: `#/channels/${id}/messages/${id}` }] };
    operations[`send_${id}`] = { action: 'send', title: `${owner} sends ${name}`, ...parts };
    for (const consumer of consumers) {
      operations[`receive_${id}_${consumer.replaceAll('.', '_')}`] = {
        action: 'receive',
        title: `${consumer} receives ${name}`,
        ...parts,
      };
    }
  }
  return {
    asyncapi: '3.0.0',
    id: 'urn:drawbridge:events',
    info: {
      title: 'Drawbridge events',
      version: '1.0.0',
      description: 'CloudEvents 1.0 in Kafka binary mode: context in headers, data as JSON in the value.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: { messages, schemas: { CloudEventHeaders: headerSchema } },
  };
}
