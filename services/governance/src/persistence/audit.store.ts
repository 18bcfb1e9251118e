import type { FrontierState, Hash } from '@drawbridge/audit';
import type { Actor } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '../domain/audit-entry.js';
import { bytes, type Keyset, ListQuery, row, rows } from './rows.js';

/** An entry with the hashes that were written beside it. */
export interface StoredEntry {
  readonly entry: AuditEntry;
  readonly leafHash: Hash;
  /** Root of the tree that ends with this entry. */
  readonly rootHash: Hash;
}

/** Where the log stands: enough to append without reading a single entry. */
export interface TreeHead extends FrontierState {
  readonly rootHash: Hash;
}

interface EntryRow {
  index: string;
  at: Date;
  project: string;
  action: string;
  actor_type: Actor['type'];
  actor_id: string;
  actor_name: string | null;
  subject: string;
  outcome: string;
  reason: string | null;
  event_id: string;
  topic: string;
  kafka_partition: number;
  kafka_offset: string;
  trace_id: string | null;
  payload_sha256: string;
  details: string | null;
  leaf_hash: Buffer;
  root_hash: Buffer;
}

const columns = `select index, at, project, action, actor_type, actor_id, actor_name, subject, outcome, reason, event_id, topic,
  kafka_partition, kafka_offset, trace_id, payload_sha256, details, leaf_hash, root_hash from audit_entries`;

function entryOf(found: EntryRow): StoredEntry {
  return {
    entry: {
      index: Number(found.index),
      at: found.at,
      project: found.project,
      action: found.action,
      actor: { type: found.actor_type, id: found.actor_id, ...(found.actor_name === null ? {} : { name: found.actor_name }) },
      subject: found.subject,
      outcome: found.outcome,
      ...(found.reason === null ? {} : { reason: found.reason }),
      eventId: found.event_id,
      topic: found.topic,
      partition: found.kafka_partition,
      offset: found.kafka_offset,
      ...(found.trace_id === null ? {} : { traceId: found.trace_id }),
      payloadSha256: found.payload_sha256,
      ...(found.details === null ? {} : { details: found.details }),
    },
    leafHash: found.leaf_hash,
    rootHash: found.root_hash,
  };
}

export interface AuditFilter {
  readonly project?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly topic?: string;
  readonly outcome?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** The append-only log. There is no update and no delete here, and the database refuses both to the service's role. */
@Injectable()
export class AuditStore {
  /** The head, held until the transaction ends: only one writer numbers entries at a time. */
  async lockHead(tx: Transaction): Promise<TreeHead | undefined> {
    await rows(tx, `select pg_advisory_xact_lock(hashtextextended('governance.audit', 0))`);
    return this.head(tx);
  }

  async head(tx: Transaction): Promise<TreeHead | undefined> {
    const found = await row<{ tree_size: string; root_hash: Buffer; edge: string[] }>(
      tx,
      `select tree_size, root_hash, edge from audit_head where id = 1`,
    );
    return found === undefined ? undefined : { size: Number(found.tree_size), rootHash: found.root_hash, edge: found.edge };
  }

  async saveHead(tx: Transaction, head: TreeHead): Promise<void> {
    await rows(
      tx,
      `insert into audit_head (id, tree_size, root_hash, edge) values (1, $1, $2, $3)
       on conflict (id) do update set tree_size = excluded.tree_size, root_hash = excluded.root_hash, edge = excluded.edge`,
      [head.size, bytes(head.rootHash), head.edge],
    );
  }

  async knows(tx: Transaction, eventId: string): Promise<boolean> {
    return (await row(tx, `select 1 from audit_entries where event_id = $1`, [eventId])) !== undefined;
  }

  async append(tx: Transaction, { entry, leafHash, rootHash }: StoredEntry): Promise<void> {
    await rows(
      tx,
      `insert into audit_entries (index, at, project, action, actor_type, actor_id, actor_name, subject, outcome, reason, event_id, topic,
         kafka_partition, kafka_offset, trace_id, payload_sha256, details, leaf_hash, root_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
      [
        entry.index,
        entry.at,
        entry.project,
        entry.action,
        entry.actor.type,
        entry.actor.id,
        entry.actor.name ?? null,
        entry.subject,
        entry.outcome,
        entry.reason ?? null,
        entry.eventId,
        entry.topic,
        entry.partition,
        entry.offset,
        entry.traceId ?? null,
        entry.payloadSha256,
        entry.details ?? null,
        bytes(leafHash),
        bytes(rootHash),
      ],
    );
  }

  async at(tx: Transaction, index: number): Promise<StoredEntry | undefined> {
    const found = await row<EntryRow>(tx, `${columns} where index = $1`, [index]);
    return found === undefined ? undefined : entryOf(found);
  }

  /** Entries from `index` on, in order. */
  async from(tx: Transaction, index: number, limit: number): Promise<StoredEntry[]> {
    const found = await rows<EntryRow>(tx, `${columns} where index >= $1 order by index limit ${limit}`, [index]);
    return found.map(entryOf);
  }

  async list(tx: Transaction, keyset: Keyset, filter: AuditFilter): Promise<StoredEntry[]> {
    const found = await new ListQuery(columns, { time: 'at', id: 'index', idType: 'bigint' })
      .where('project = ?', filter.project)
      .where('actor_id = ?', filter.actor)
      .where('action = ?', filter.action)
      .where('subject = ?', filter.subject)
      .where('topic = ?', filter.topic)
      .where('outcome = ?', filter.outcome)
      .where('at >= ?', filter.from)
      .where('at < ?', filter.to)
      .page<EntryRow>(tx, keyset);
    return found.map(entryOf);
  }
}
