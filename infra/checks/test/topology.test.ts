import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { topics } from '@drawbridge/contracts';
import { disagreements, type Observed } from '../src/topology/disagreements.js';
import { readersOf, writtenBy } from '../src/topology/scan.js';
import { serviceNames } from '../src/views/services.js';

const root = join(import.meta.dirname, '../../..');

/** What a service would be that does exactly what the contract says. */
function faithful(service: Observed['service']): Observed {
  const groups = new Set(topics.flatMap(({ consumers }) => consumers.filter((group) => group.split('.')[0] === service)));
  return {
    service,
    handlers: null,
    readers: [...groups].map((group) => ({
      file: '/x.ts',
      group,
      topics: topics.filter(({ name, consumers }) => name !== 'access.state' && consumers.includes(group)).map(({ name }) => name),
    })),
    writes: topics.filter(({ owner }) => owner === service).map(({ name }) => name),
  };
}

const without = (names: readonly string[], gone: string): string[] => names.filter((name) => name !== gone);

describe('contract and code', () => {
  test.each(serviceNames)('%s writes what it owns, and reads with its intakes what the contract says', (service) => {
    const handled = faithful(service).readers.find(({ group }) => group === service);
    const found = disagreements([
      {
        service,
        // What the decorated handlers consume is asked from the running code, in `npm run generate`.
        handlers:
          service === 'serving' || service === 'console' || handled === undefined ? null : { group: service, topics: handled.topics },
        readers: readersOf(root, service),
        writes: writtenBy(root, service),
      },
    ]);
    expect(found).toEqual([]);
  });

  test('agree when everybody does what the table says', () => {
    expect(disagreements(serviceNames.map(faithful))).toEqual([]);
  });

  test('a handler that is missing is named', () => {
    const monitoring = faithful('monitoring');
    const readers = monitoring.readers.map((reader) => ({ ...reader, topics: without(reader.topics, 'traffic.changed') }));
    expect(disagreements([{ ...monitoring, readers }])).toEqual([
      'monitoring is named as a consumer of traffic.changed, but no handler or intake of monitoring reads it',
    ]);
  });

  test('a handler that the contract does not know is named', () => {
    const registry = faithful('registry');
    expect(disagreements([{ ...registry, handlers: { group: 'registry', topics: ['drift.detected'] } }])).toEqual([
      'registry reads drift.detected, but libs/contracts/src/topics.ts does not name it',
    ]);
  });

  test('an event that nobody announces, and one that somebody else announces, are named', () => {
    const registry = faithful('registry');
    const writes = [...without(registry.writes, 'model.created'), 'drift.detected'];
    expect(disagreements([{ ...registry, writes }])).toEqual([
      'registry owns model.created, but nothing in it appends that event',
      'registry writes drift.detected, which belongs to monitoring',
    ]);
  });
});

describe('the scan of the code', () => {
  let copy = '';
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'drawbridge-scan-'));
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  function plant(file: string, text: string): void {
    const path = join(copy, 'services/registry/src', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  test('finds what is appended, and neither types nor comparisons nor handlers', () => {
    plant('commands/create.ts', `await outbox.append(tx, { topic: 'model.created', data });`);
    plant('commands/types.ts', `type A = EventMap['model.registered']; if (x === 'model.state') outbox.append(tx, y);`);
    plant('commands/quiet.ts', `const name = 'model.alias.changed';`);
    plant('handlers/h.handler.ts', `@OnEvent('drift.detected') outbox.append(tx, { topic: 'drift.resolved' })`);
    expect(writtenBy(copy, 'registry')).toEqual(['model.created']);
  });

  test('finds readers by group, and followers by service', () => {
    plant('a.ts', `eventLog.consume({ group: 'registry', topics: ['deployment.started'], handle })`);
    plant('b.ts', `eventLog.follow({ topics: ['endpoint.state'], onMessage })`);
    expect(readersOf(copy, 'registry').map(({ group, topics: names }) => [group, names])).toEqual([
      ['registry', ['deployment.started']],
      ['registry', ['endpoint.state']],
    ]);
  });
});
