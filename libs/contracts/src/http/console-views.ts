/** Answers of the console. Times are RFC 3339 in UTC. */
import type { Actor } from '../schema-parts.js';

/** A Kafka event as the console's live tail and event pages show it. */
export interface EventView {
  topic: string;
  partition: number;
  offset: string;
  key: string | null;
  project: string;
  id?: string;
  time?: string;
  source?: string;
  sequence?: number;
  subject?: string;
  chainId?: string;
  causeId?: string;
  traceId?: string;
  actor?: Actor;
  data: unknown;
}

export interface DeadLetterView {
  id: string;
  group: string;
  topic: string;
  partition: number;
  offset: string;
  reason: string;
  error: string;
  eventId?: string;
  status: 'open' | 'replayed' | 'discarded';
  firstSeen: string;
  key?: string;
  /** Capped; `bytes` and `sha256` describe the whole. */
  payload: string;
  bytes: number;
  sha256: string;
  /** The topic is not open to everybody: without `audit.read` key, payload and error are left out. */
  withheld?: true;
}

/** A project that something exists in, as the console knows it. */
export interface ProjectView {
  name: string;
  /** Models and endpoints in it. */
  models: number;
  endpoints: number;
  /** When something in it last changed; absent: nothing yet. */
  changedAt?: string;
}

/** Answer of the HTTP ingest: all events of the request are in Kafka. */
export interface IngestedView {
  accepted: number;
}

/** Answer to a payload logger: every half is kept, what is whole goes on as predictions. */
export interface TakenPayloadsView {
  /** Halves whose other half has not come. */
  waiting: number;
  /** Exchanges that are whole now. */
  joined: number;
  /** Halves that had come before. */
  repeated: number;
}
