import { canonicalJson } from '@drawbridge/audit';
import type { Actor } from '@drawbridge/contracts';

/** One line of the audit log. The fields are the truth; its leaf hash is taken over `auditText`. */
export interface AuditEntry {
  readonly index: number;
  /** When it happened, by the event. */
  readonly at: Date;
  readonly project: string;
  readonly action: string;
  readonly actor: Actor;
  readonly subject: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly eventId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly traceId?: string;
  /** SHA-256 of the event's bytes as Kafka had them. */
  readonly payloadSha256: string;
  /** Canonical JSON of what an action that is no domain event says of itself. */
  readonly details?: string;
}

export type AuditFact = Omit<AuditEntry, 'index'>;

export interface AuditedEvent {
  readonly topic: string;
  readonly id: string;
  readonly time: Date;
  readonly project: string;
  readonly actor: Actor;
  readonly subject: string;
  readonly traceId?: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly payloadSha256: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const longestText = 2_000;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestText) : undefined;
}

/** What the log says about an event of any service. */
export function factOf(event: AuditedEvent): AuditFact {
  const { data } = event;
  const recorded = event.topic === 'audit.recorded';
  const reason = reasonOf(data);
  return {
    at: event.time,
    project: event.project,
    action: (recorded ? text(data['action']) : undefined) ?? event.topic,
    actor: event.actor,
    subject: (recorded ? text(data['subject']) : undefined) ?? event.subject,
    outcome: outcomeOf(event.topic, data),
    ...(reason === undefined ? {} : { reason }),
    eventId: event.id,
    topic: event.topic,
    partition: event.partition,
    offset: event.offset.toString(),
    ...(event.traceId === undefined ? {} : { traceId: event.traceId }),
    payloadSha256: event.payloadSha256,
    ...(recorded && data['details'] !== undefined ? { details: canonicalJson(data['details']) } : {}),
  };
}

function outcomeOf(topic: string, data: Readonly<Record<string, unknown>>): string {
  switch (topic) {
    case 'audit.recorded':
      return text(data['outcome']) ?? 'ok';
    case 'policy.evaluated':
    case 'deployment.analyzed':
      return text(data['verdict']) ?? 'ok';
    case 'approval.decided':
      return text(data['decision']) ?? 'ok';
    case 'approval.closed':
      return text(data['status']) ?? 'ok';
    case 'deployment.blocked':
      return 'refused';
    case 'deployment.failed':
      return 'failed';
    default:
      return 'ok';
  }
}

function reasonOf(data: Readonly<Record<string, unknown>>): string | undefined {
  const given = text(data['reason']) ?? text(data['comment']) ?? text(data['summary']);
  if (given !== undefined) return given;
  const { reasons, rules } = data;
  if (Array.isArray(reasons)) return text(reasons.filter((item) => typeof item === 'string').join('; '));
  if (!Array.isArray(rules)) return undefined;
  const against = rules.filter((rule: { result?: unknown }) => rule.result !== 'pass');
  return text(against.map((rule: { id?: unknown; why?: unknown }) => `${String(rule.id)}: ${String(rule.why)}`).join('; '));
}

/** The exact text whose bytes are hashed: JSON with the keys in alphabetical order, no white space, absent fields left out. */
export function auditText(entry: AuditEntry): string {
  return canonicalJson({ ...entry, at: entry.at.toISOString(), v: 1 });
}
