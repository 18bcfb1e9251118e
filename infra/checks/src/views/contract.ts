import {
  asyncApiDocument,
  deadLetterTopic,
  Envelope,
  eventSchemas,
  eventType,
  type Topic,
  topicDefinition,
  topics,
  topicSettings,
} from '@drawbridge/contracts';
import { type Field, fieldsOf, type Schema } from './fields.js';
import { generatedNote, jsonView, pageView, table, type View } from './view.js';

const folder = 'docs/contract';

const orderings = {
  A: 'strict per `source`: `sequence` starts at 1 and has no gaps',
  B: 'per key inside the topic',
  C: 'none: be idempotent by id',
} as const;

/** AsyncAPI, the JSON Schema of every topic, and a catalogue for people. */
export function contractViews(): View[] {
  return [
    jsonView(`${folder}/asyncapi.json`, asyncApiDocument()),
    ...topics.map(({ name }) =>
      jsonView(`${folder}/schemas/${name}.json`, { $schema: 'http://json-schema.org/draft-07/schema#', ...schemaOf(name) }),
    ),
    pageView(`${folder}/README.md`, catalogue()),
  ];
}

/** Plain JSON: the schema library's symbols do not belong in a document. */
function schemaOf(topic: string): Schema {
  return JSON.parse(JSON.stringify(eventSchemas[topic as Topic])) as Schema;
}

function catalogue(): string[] {
  return [
    '# The contract: topics and interfaces',
    '',
    generatedNote,
    '',
    'For programs: [asyncapi.json](asyncapi.json), a [JSON Schema per topic](schemas), and OpenAPI per service under [openapi](openapi). ' +
      'A running installation serves the same at `/asyncapi.json`, `/schemas/<topic>/1.json` and `/api/v1/openapi.json` of each service.',
    '',
    '## On the wire',
    '',
    'CloudEvents 1.0 in Kafka binary mode: context in headers `ce_*`, the value is plain JSON. The value repeats `id`, `type`, `time`, `project`, ' +
      '`source`, `sequence` and `actor`, so a consumer that reads no headers loses nothing. Ignore fields and headers that you do not know: ' +
      'optional ones are added under the same major version. The Kafka key is text; a state document without value is a deletion.',
    '',
    'On `prediction.logged` and `label.received` headers are optional: the value alone is the contract. The value of ' +
      '`prediction.batch.logged` is an Arrow IPC stream; its fields below are the columns of one row.',
    '',
    'These fields stand in every event but those:',
    '',
    ...fieldTable(fieldsOf(withWords(), 1)),
    '',
    'What a consumer cannot read goes to the dead-letter topic of its group, `<group>.dlq`, with the reason: ' +
      `for example \`${deadLetterTopic('monitoring.intake')}\`.`,
    '',
    '## Topics',
    '',
    ...table(
      ['topic', 'producer', 'consumers', 'key', 'order'],
      topics.map(({ name, owner, consumers, key, ordering }) => [
        `[${name}](#${name.replaceAll('.', '')})`,
        owner === 'outside' ? 'any producer' : owner,
        consumers.join(', '),
        key,
        ordering,
      ]),
    ),
    '',
    `Order A is ${orderings.A}. Order B is ${orderings.B}. Order C is ${orderings.C}.`,
    '',
    ...topics.flatMap(({ name }) => topicPage(name)),
    '## Interfaces',
    '',
    'OpenAPI of [registry](openapi/registry.json), [governance](openapi/governance.json), [deployment](openapi/deployment.json), ' +
      '[monitoring](openapi/monitoring.json), [serving](openapi/serving.json) and [console](openapi/console.json). ' +
      'Who may call which route: [permissions](../permissions.md).',
  ];
}

/** The envelope with the words that its fields have in every event. */
function withWords(): Schema {
  const { properties = {} } = schemaOf('model.created');
  const envelope = JSON.parse(JSON.stringify(Envelope)) as Schema;
  return {
    ...envelope,
    properties: Object.fromEntries(Object.keys(envelope.properties ?? {}).map((name) => [name, properties[name] ?? {}])),
  };
}

function topicPage(name: string): string[] {
  const { owner, consumers, key, ordering } = topicDefinition(name);
  const schema = schemaOf(name);
  const common = owner === 'outside' ? [] : Object.keys(Envelope.properties);
  const own = fieldsOf(schema).filter((field) => !common.includes(field.name.split(/[.[]/)[0] ?? ''));
  return [
    `### ${name}`,
    '',
    schema.description ?? '',
    '',
    `Type \`${eventType(name)}\`. Written by ${owner === 'outside' ? 'any producer' : owner}, read by ${consumers.join(', ')}. ` +
      `Key: ${key}. Order: ${ordering}. ${storage(name)} [Schema](schemas/${name}.json), ` +
      `[example](../../libs/contracts/history/${name}/v1.json).`,
    '',
    ...fieldTable(own),
    '',
  ];
}

function storage(name: string): string {
  const [embedded, standard] = (['embedded', 'standard'] as const).map((profile) => topicSettings(name, profile));
  const partitions = `Partitions: ${String(embedded!.partitions)} embedded, ${String(standard!.partitions)} standard.`;
  const retention = standard!.config['retention.ms'];
  const kept =
    retention === undefined ? 'Compacted: the last document of each key stays.' : `Kept ${String(Number(retention) / 86_400_000)} days.`;
  return `${partitions} ${kept}`;
}

function fieldTable(fields: readonly Field[]): string[] {
  return table(
    ['field', 'type', '', 'meaning'],
    fields.map(({ name, type, required, description }) => [`\`${name}\``, type, required ? 'required' : '', description]),
  );
}
