import type { AuditEntryView, AuditVerification } from '@drawbridge/contracts';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { exit } from '../exit.js';
import { listing, timeText } from '../listing.js';
import { type Column, one, type OneView } from '../output/shown.js';
import { parseTime } from '../parse.js';
import type { Session } from '../session.js';

const columns: readonly Column<AuditEntryView>[] = [
  { title: 'INDEX', of: (entry) => entry.index, right: true },
  { title: 'AT', of: (entry) => timeText(entry.at) },
  { title: 'ACTION', of: (entry) => entry.action },
  { title: 'ACTOR', of: (entry) => entry.actor.name ?? entry.actor.id },
  { title: 'SUBJECT', of: (entry) => entry.subject },
  { title: 'OUTCOME', of: (entry) => entry.outcome, status: true },
  { title: 'REASON', of: (entry) => entry.reason, wide: true },
  { title: 'EVENT', of: (entry) => entry.eventId, wide: true },
  { title: 'LEAF', of: (entry) => entry.leafHash, wide: true },
];

const verification: OneView<AuditVerification> = {
  columns: [
    { title: 'LOG', of: (found) => (found.ok ? 'ok' : 'fail'), status: true },
    { title: 'ENTRIES', of: (found) => found.treeSize },
    { title: 'CHECKED', of: (found) => found.checked },
    { title: 'ROOT', of: (found) => found.rootHash },
    { title: 'FIRST BAD', of: (found) => found.firstBad && `entry ${found.firstBad.index}: ${found.firstBad.why}` },
    { title: 'AT', of: (found) => timeText(found.at) },
  ],
  name: (found) => found.rootHash,
};

/** The whole log is recomputed. */
const VERIFY_TIMEOUT_MS = 300_000;

/** Rebuilds the root from the leaves that the server shows: it must be the root it tells. */
async function rebuilt(session: Session, told: AuditVerification): Promise<AuditVerification> {
  const { Frontier, fromHex, toHex } = await import('@drawbridge/audit');
  const { items } = await session.api.items<AuditEntryView>('/audit', { sort: 'at' }, Number.MAX_SAFE_INTEGER);
  const leaves = items.filter(({ index }) => index < told.treeSize).toSorted((a, b) => a.index - b.index);
  const frontier = Frontier.empty();
  for (const { index, leafHash } of leaves) {
    if (index !== frontier.size) break;
    frontier.append(fromHex(leafHash));
  }
  if (frontier.size < told.treeSize) {
    return { ...told, ok: false, checked: frontier.size, firstBad: { index: frontier.size, why: 'the server does not show this entry' } };
  }
  const root = toHex(frontier.root());
  if (root === told.rootHash) return told;
  return { ...told, ok: false, firstBad: { index: 0, why: `the leaves give the root ${root}, the server tells ${told.rootHash}` } };
}

interface AuditListOptions extends ListOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly topic?: string;
  readonly outcome?: string;
  readonly since?: string;
  readonly until?: string;
}

export const audit: Register = (noun, define) => {
  define<AuditListOptions>(
    listFlags(
      noun
        .command('list')
        .description('who did what, newest first')
        .option('--actor <id>')
        .option('--action <action>')
        .option('--subject <subject>')
        .option('--topic <topic>')
        .option('--outcome <outcome>')
        .option('--since <time>', 'a time, or a duration before now')
        .option('--until <time>'),
    ),
    (session, _args, { actor, action, subject, topic, outcome, since, until, ...options }) => {
      const now = new Date();
      const times = {
        from: since === undefined ? undefined : parseTime(since, '--since', now),
        to: until === undefined ? undefined : parseTime(until, '--until', now),
      };
      const query = { actor, action, subject, topic, outcome, ...times };
      const view = { columns, name: (entry: AuditEntryView) => String(entry.index), nothing: 'no entries' };
      return listing<AuditEntryView>(session.api, '/audit', { ...options, query }, view);
    },
  );

  define<{ readonly leaves?: boolean }>(
    noun
      .command('verify')
      .description('is the log complete and unaltered; ends with 8 when not')
      .option('--leaves', 'also read every leaf and rebuild the root here'),
    async (session, _args, { leaves }) => {
      const told = await session.api.json<AuditVerification>('GET', '/audit/verify', { timeoutMs: VERIFY_TIMEOUT_MS });
      const found = leaves === true && told.ok ? await rebuilt(session, told) : told;
      return one(found, { ...verification, ...(found.ok ? {} : { exit: exit.refused }) });
    },
  );
};
