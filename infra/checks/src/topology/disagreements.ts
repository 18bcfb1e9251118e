import { type ServiceName, topicDefinition, topics } from '@drawbridge/contracts';
import type { Reader } from './scan.js';

/** What the code of one service really reads and writes. */
export interface Observed {
  readonly service: ServiceName;
  readonly handlers: { readonly group: string; readonly topics: readonly string[] } | null;
  readonly readers: readonly Reader[];
  readonly writes: readonly string[];
}

/** Any service may report to the audit log, and sends predictions or labels like anybody else. */
const writableByEvery = new Set(['audit.recorded', 'prediction.logged', 'label.received']);

/** Where the contract's table and the code say different things about who reads and who writes a topic. */
export function disagreements(observed: readonly Observed[]): string[] {
  return observed.flatMap((one) => [...readingOf(one), ...writingOf(one)]);
}

function readingOf({ service, handlers, readers }: Observed): string[] {
  const found: string[] = [];
  const read = new Map<string, Set<string>>();
  const add = (group: string, names: readonly string[]): void => {
    read.set(group, new Set([...(read.get(group) ?? []), ...names]));
  };
  if (handlers !== null) add(handlers.group, handlers.topics);
  for (const { group, topics: names } of readers) add(group, names);
  for (const { name, consumers } of topics) {
    for (const group of consumers.filter((each) => each.split('.')[0] === service)) {
      if (name !== 'access.state' && read.get(group)?.has(name) !== true) {
        found.push(`${group} is named as a consumer of ${name}, but no handler or intake of ${service} reads it`);
      }
    }
  }
  for (const [group, names] of read) {
    for (const name of names) {
      if (!topicDefinition(name).consumers.includes(group))
        found.push(`${group} reads ${name}, but libs/contracts/src/topics.ts does not name it`);
    }
  }
  return found;
}

function writingOf({ service, writes }: Observed): string[] {
  const owned = topics.filter(({ owner }) => owner === service).map(({ name }) => name);
  return [
    ...owned.filter((name) => !writes.includes(name)).map((name) => `${service} owns ${name}, but nothing in it appends that event`),
    ...writes
      .filter((name) => topicDefinition(name).owner !== service && !writableByEvery.has(name))
      .map((name) => `${service} writes ${name}, which belongs to ${topicDefinition(name).owner}`),
  ];
}
