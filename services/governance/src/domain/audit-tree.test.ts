import { describe, expect, test } from '@jest/globals';
import { Frontier } from '@drawbridge/audit';
import fc from 'fast-check';
import { type AuditEntry, auditText, factOf } from './audit-entry.js';
import { type FoundEntry, LogCheck, leafOf } from './audit-tree.js';

const payloadSha256 = 'a'.repeat(64);

function aLog(size: number): { entries: FoundEntry[]; head: { size: number; rootHash: Uint8Array } } {
  const frontier = Frontier.empty();
  const entries = Array.from({ length: size }, (_, index): FoundEntry => {
    const entry: AuditEntry = {
      index,
      at: new Date(1_750_000_000_000 + index),
      project: 'default',
      action: 'approval.decided',
      actor: { type: 'person', id: 'ann', name: 'Ann' },
      subject: 'projects/default/models/risk/versions/1',
      outcome: 'approved',
      eventId: `event-${index}`,
      topic: 'approval.decided',
      partition: 0,
      offset: String(index),
      payloadSha256,
    };
    const leafHash = leafOf(entry);
    frontier.append(leafHash);
    return { entry, leafHash, rootHash: frontier.root() };
  });
  return { entries, head: { size, rootHash: frontier.root() } };
}

function check(entries: readonly FoundEntry[], head: { size: number; rootHash: Uint8Array } | undefined) {
  const log = new LogCheck();
  for (const entry of entries) if (!log.add(entry)) break;
  return log.finish(head).fault;
}

function changed(found: FoundEntry, part: Partial<AuditEntry>, rehash: boolean): FoundEntry {
  const entry = { ...found.entry, ...part };
  return { ...found, entry, ...(rehash ? { leafHash: leafOf(entry) } : {}) };
}

describe('checking the log', () => {
  test('an empty and a true log have no fault', () => {
    expect(check([], undefined)).toBeUndefined();
    const { entries, head } = aLog(37);
    expect(check(entries, head)).toBeUndefined();
  });

  test.each<[string, (entries: FoundEntry[]) => FoundEntry[], number, RegExp]>([
    ['an altered actor', (log) => log.with(4, changed(log[4]!, { actor: { type: 'person', id: 'ben' } }, false)), 4, /entry 4 was altered/],
    [
      'an altered entry with a new leaf hash',
      (log) => log.with(4, changed(log[4]!, { outcome: 'rejected' }, true)),
      4,
      /entry 4 was altered: the tree/,
    ],
    ['an altered time', (log) => log.with(9, changed(log[9]!, { at: new Date(0) }, false)), 9, /entry 9/],
    ['a missing first entry', (log) => log.slice(1), 0, /entry 0 is missing/],
    ['a missing entry', (log) => log.toSpliced(3, 1), 3, /entry 3 is missing/],
    ['a missing range', (log) => log.toSpliced(3, 4), 3, /entries 3 to 6 are missing/],
    ['a missing end', (log) => log.slice(0, 8), 8, /entries 8 to 9 are missing/],
    [
      'two entries that changed places',
      (log) =>
        log.with(2, { ...log[3]!, entry: { ...log[3]!.entry, index: 2 } }).with(3, { ...log[2]!, entry: { ...log[2]!.entry, index: 3 } }),
      2,
      /entry 2/,
    ],
    ['an entry too many', (log) => [...log, ...aLog(11).entries.slice(10)], 10, /the head knows 10 entries, there are 11/],
  ])('%s is named', (_, tamper, index, why) => {
    const { entries, head } = aLog(10);
    const fault = check(tamper(entries), head);
    expect(fault?.index).toBe(index);
    expect(fault?.why).toMatch(why);
  });

  test('no single change of any field of any entry passes', () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.constantFrom<keyof AuditEntry>(
          'project',
          'action',
          'subject',
          'outcome',
          'eventId',
          'topic',
          'offset',
          'payloadSha256',
          'reason',
          'details',
          'traceId',
        ),
        fc.boolean(),
        (at, field, rehash) => {
          const { entries, head } = aLog(10);
          const tampered = entries.with(at, changed(entries[at]!, { [field]: 'something else' }, rehash));
          expect(check(tampered, head)?.index).toBe(at);
        },
      ),
    );
  });
});

describe('what the log says of an event', () => {
  const event = {
    topic: 'approval.closed',
    id: 'e',
    time: new Date(0),
    project: 'default',
    actor: { type: 'person', id: 'ann' } as const,
    subject: 's',
    partition: 1,
    offset: 7n,
    payloadSha256,
  };

  test.each<[string, Record<string, unknown>, string, string | undefined]>([
    ['approval.closed', { status: 'voided', reason: 'policy changed' }, 'voided', 'policy changed'],
    ['approval.decided', { decision: 'approved', comment: 'fine' }, 'approved', 'fine'],
    ['approval.decided', { decision: 'approved', comment: '' }, 'approved', undefined],
    [
      'policy.evaluated',
      {
        verdict: 'deny',
        rules: [
          { id: 'a', result: 'pass', why: 'x' },
          { id: 'b', result: 'fail', why: 'no' },
        ],
      },
      'deny',
      'b: no',
    ],
    ['deployment.blocked', { reasons: ['one', 'two'] }, 'refused', 'one; two'],
    ['model.created', {}, 'ok', undefined],
  ])('%s %j', (topic, data, outcome, reason) => {
    expect(factOf({ ...event, topic, data })).toMatchObject({ action: topic, outcome, ...(reason === undefined ? {} : { reason }) });
  });

  test('an action that is no event speaks for itself', () => {
    const fact = factOf({
      ...event,
      topic: 'audit.recorded',
      data: { action: 'key.created', subject: 'keys/1', outcome: 'ok', details: { b: 1, a: 2 } },
    });
    expect(fact).toMatchObject({ action: 'key.created', subject: 'keys/1', details: '{"a":2,"b":1}' });
  });

  test('the hashed text is canonical', () => {
    const [found] = aLog(1).entries;
    const entry = found!.entry;
    const shuffled = Object.fromEntries(Object.entries(entry).toReversed()) as unknown as AuditEntry;
    expect(auditText(shuffled)).toBe(auditText(entry));
    expect(auditText(entry)).toContain('"at":"2025-06-15T15:06:40.000Z"');
  });
});
