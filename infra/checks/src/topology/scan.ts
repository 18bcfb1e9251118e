import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { consumerGroups, type ServiceName, topicNames, topics } from '@drawbridge/contracts';

/** A file of a service that reads Kafka by itself, beside the `@OnEvent` handlers. */
export interface Reader {
  readonly file: string;
  /** `<service>` for a follower of documents, which has no group of its own. */
  readonly group: string;
  readonly topics: readonly string[];
}

const READS = /\.(?:consume|consumeBatches|follow)\(\{/;
/** A list that is computed from the contract reads what the contract says, whatever that is. */
const FROM_CONTRACT = /\btopics\.filter\(|\bauditedTopics\b/;
const WRITES = /\.(?:append|appendAll|appendState|send)\(|announcement\.deployment\(|announce\.deployment\(|\.deployment\(\s*tx,/;

/** Readers of a service outside its handlers: batch consumers, audit log, feeds and followers. */
export function readersOf(root: string, service: ServiceName): Reader[] {
  return sources(join(root, 'services', service, 'src')).flatMap(({ file, text }) => {
    if (!READS.test(text)) return [];
    const group =
      consumerGroups.find((name) => name.startsWith(service) && new RegExp(`['"]${name.replace('.', '\\.')}['"]`).test(text)) ?? service;
    const named = topicNames.filter((name) => text.includes(`'${name}'`) && !text.includes(`!== '${name}'`));
    const computed = FROM_CONTRACT.test(text)
      ? topics.filter((topic) => topic.plane !== 'data' && readBy(topic.name, group)).map(({ name }) => name)
      : [];
    return [{ file, group, topics: computed.length > 0 ? computed : named }];
  });
}

function readBy(topic: string, group: string): boolean {
  // Keys are followed by the platform in every service.
  return topic !== 'access.state' && topics.some(({ name, consumers }) => name === topic && consumers.includes(group));
}

/** Topics that a service's code appends to its outbox or sends: their names stand as values in a file that writes. */
export function writtenBy(root: string, service: ServiceName): string[] {
  const found = new Set<string>();
  for (const { file, text } of sources(join(root, 'services', service, 'src'))) {
    // Handlers, interfaces and stores name topics of others; they write none.
    if (/[\\/](?:handlers|http|persistence|domain)[\\/]/.test(file) || !WRITES.test(text)) continue;
    for (const topic of topicNames) if (isValue(text, topic)) found.add(topic);
  }
  return [...found];
}

/** `topic: 'x'`, an argument or an entry of a table; not a type such as `EventMap['x']` or `Fact<'x'>`. */
function isValue(text: string, topic: string): boolean {
  for (let at = text.indexOf(`'${topic}'`); at >= 0; at = text.indexOf(`'${topic}'`, at + 1)) {
    const before = text.slice(Math.max(0, at - 40), at);
    const isType = /[[<|]\s*$/.test(before) || /(?:===|!==|type:|case)\s*$/.test(before) || /type: trigger/.test(before);
    if (!isType) return true;
  }
  return false;
}

function sources(folder: string): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.mother.ts'))
    .map((name) => ({ file: `${sep}${name}`, text: readFileSync(join(folder, name), 'utf8') }));
}
