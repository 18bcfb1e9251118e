import { consumerGroups, deadLetterTopic, topicDefinition, topics } from '@drawbridge/contracts';
import type { Observed } from '../topology/disagreements.js';
import { generatedNote, pageView, table, type View } from './view.js';

/** These read every control topic; drawn in, they would hide everything else. */
const readsAll = ['governance.audit', 'console'];

/** Who produces and who consumes each topic. */
export function topologyView(observed: readonly Observed[]): View {
  return pageView('docs/topology.md', [
    '# Topology: who writes and who reads each topic',
    '',
    generatedNote,
    '',
    'The table is `libs/contracts/src/topics.ts`; the same run compares it with the handlers, intakes and appends in the code and fails ' +
      'where they disagree. The audit log (`governance.audit`) and the console read every control topic and are left out of the picture; ' +
      'every service follows `access.state` to know the API keys.',
    '',
    '```mermaid',
    'flowchart LR',
    ...edges(),
    '```',
    '',
    ...table(
      ['topic', 'plane', 'written by', 'read by'],
      topics.map(({ name, plane, consumers }) => [`\`${name}\``, plane, writers(observed, name), consumers.join(', ')]),
    ),
    '',
    '## Where a group reads',
    '',
    ...table(
      ['group', 'reads with', 'topics', 'dead letters'],
      consumerGroups.map((group) => {
        const [how, names] = reading(observed, group);
        return [`\`${group}\``, how, names, `\`${deadLetterTopic(group)}\``];
      }),
    ),
    '',
    'Serving has no group: it follows the compacted `endpoint.state` from its beginning in every process.',
  ]);
}

function edges(): string[] {
  const labels = new Map<string, string[]>();
  for (const { name, owner, consumers } of topics) {
    if (name === 'access.state' || name === 'audit.recorded') continue;
    const from = owner === 'outside' ? 'producers' : owner;
    for (const consumer of new Set(consumers.filter((each) => !readsAll.includes(each)).map((each) => each.split('.')[0]!))) {
      const edge = `${from} ${consumer}`;
      labels.set(edge, [...(labels.get(edge) ?? []), name]);
    }
  }
  const lines = [...labels].map(([edge, names]) => {
    const [from, to] = edge.split(' ');
    return `  ${from!} -->|"${names.join('<br/>')}"| ${to!}`;
  });
  return ['  producers["any producer"]', ...lines, '  serving -->|"prediction.logged"| monitoring'];
}

function writers(observed: readonly Observed[], topic: string): string {
  const { owner } = topicDefinition(topic);
  if (owner !== 'outside') return owner;
  // What a service of ours sends without being asked; replays of dead letters are not meant.
  const ours = observed.filter(({ writes }) => writes.includes(topic)).map(({ service }) => service);
  return ['any producer', ...ours].join(', ');
}

function reading(observed: readonly Observed[], group: string): [how: string, topics: string] {
  const one = observed.find(({ service }) => service === group.split('.')[0]);
  if (one?.handlers?.group === group) return ['`@OnEvent` handlers', listed(one.handlers.topics)];
  const reader = one?.readers.find((each) => each.group === group);
  if (reader === undefined) return ['', ''];
  const all = topics.filter(({ plane }) => plane === 'control').every(({ name }) => reader.topics.includes(name));
  const documents = topics.filter(({ name, plane }) => plane === 'state' && reader.topics.includes(name)).map(({ name }) => name);
  const path = `services/${one!.service}/src${reader.file.replaceAll('\\', '/')}`;
  return [`[${path.split('/').at(-1)!}](../${path})`, all ? ['every control topic', ...documents].join(', ') : listed(reader.topics)];
}

function listed(names: readonly string[]): string {
  return names.toSorted().join(', ');
}
