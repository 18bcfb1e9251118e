import { createHash } from 'node:crypto';
import { deadLetterTopic, header, type ConsumerGroup } from '@drawbridge/contracts';
import type { KafkaMessage } from '@drawbridge/kafka';
import { redactText } from '@drawbridge/telemetry';
import { v5 as uuidv5 } from 'uuid';

/** The value of a message before it was cut. */
export interface Whole {
  readonly bytes: number;
  readonly sha256: string;
}

export interface DeadLetterInput {
  readonly group: ConsumerGroup;
  readonly message: KafkaMessage;
  /** Of a message that `cutMessage` cut. */
  readonly whole?: Whole | undefined;
  /** Number of the row that is dead, of a message that holds many; absent when the whole message is. */
  readonly row?: number | undefined;
  readonly reason: string;
  readonly error?: unknown;
  readonly attempts?: number;
  readonly firstSeen?: Date;
}

/** A dead letter as it is stored and sent. */
export interface DeadLetter {
  /** The same for the same record of the same group, so that a record dies once. */
  readonly id: string;
  readonly topic: string;
  readonly key: Buffer | null;
  readonly payload: Buffer | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly headers: Record<string, string>;
  /** Those of the message, for whoever replays it. */
  readonly originalHeaders: Record<string, string>;
  readonly reason: string;
  readonly error: string | undefined;
  readonly eventId: string | undefined;
}

const namespace = '6e2a4f0c-6a57-5d0b-9f6e-3d1f2f3a9b11';
/** A payload above this is cut; its size and digest describe the whole. */
export const maxPayloadBytes = 256 * 1024;
const maxKeyBytes = 4096;
const maxHeaderBytes = 64 * 1024;
const maxTextLength = 2000;

// PostgreSQL's text and jsonb refuse NUL, and jsonb half a character, which a cut may leave; a stranger's field names hold anything.
function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

function shortened(text: string): string {
  const clean = redactText(text);
  return storable(clean.length <= maxTextLength ? clean : `${clean.slice(0, maxTextLength)}…`);
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : (JSON.stringify(error) ?? 'unknown');
}

// A stranger's headers may be as large as his message; what does not fit is left out.
function cappedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  let left = maxHeaderBytes;
  for (const [name, value] of Object.entries(headers)) {
    left -= name.length + value.length;
    if (left < 0) break;
    kept[storable(name)] = storable(value);
  }
  return kept;
}

function wholeOf(value: Buffer | null): Whole {
  const sha256 = createHash('sha256')
    .update(value ?? '')
    .digest('hex');
  return { bytes: value?.length ?? 0, sha256 };
}

/** Copied, since a part of a buffer keeps all of it in memory. */
function cutBytes(bytes: Buffer | null, most: number): Buffer | null {
  return bytes === null || bytes.length <= most ? bytes : Buffer.from(bytes.subarray(0, most));
}

/** As much of a message as its dead letter will hold, for whoever keeps it in memory until then. */
export function cutMessage(message: KafkaMessage): { readonly message: KafkaMessage; readonly whole?: Whole } {
  const { key, value, headers } = message;
  const cut = { ...message, key: cutBytes(key, maxKeyBytes), value: cutBytes(value, maxPayloadBytes), headers: cappedHeaders(headers) };
  return cut.value === value ? { message: cut } : { message: cut, whole: wholeOf(value) };
}

function dropUndefined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Turns a message that can never be handled into its dead letter. Pure but for the digest. */
export function deadLetterOf(input: DeadLetterInput, now: Date): DeadLetter {
  const { group, message, row, error, attempts = 1, firstSeen = now } = input;
  const { topic, partition, offset, key, value } = message;
  const { bytes, sha256 } = input.whole ?? wholeOf(value);
  const truncated = bytes > maxPayloadBytes;
  const reason = shortened(input.reason);
  const errorClass = error instanceof Error ? error.name : undefined;
  const errorText = error === undefined ? undefined : shortened(textOf(error));
  const stack = error instanceof Error && error.stack !== undefined ? shortened(error.stack) : undefined;
  const originalHeaders = cappedHeaders(message.headers);
  const eventId = originalHeaders[header.id];
  return {
    id: uuidv5(`${group}/${topic}/${partition}/${offset}/${message.timestamp}${row === undefined ? '' : `/${row}`}`, namespace),
    topic: deadLetterTopic(group),
    key: key === null ? null : key.subarray(0, maxKeyBytes),
    payload: truncated ? (value?.subarray(0, maxPayloadBytes) ?? null) : value,
    bytes,
    sha256,
    originalHeaders,
    reason,
    error: errorText,
    eventId,
    headers: {
      ...originalHeaders,
      ...dropUndefined({
        'db-dlq-topic': topic,
        'db-dlq-partition': String(partition),
        'db-dlq-offset': String(offset),
        'db-dlq-row': row === undefined ? undefined : String(row),
        'db-dlq-group': group,
        'db-dlq-reason': reason,
        'db-dlq-error-class': errorClass,
        'db-dlq-error': errorText,
        'db-dlq-attempts': String(attempts),
        'db-dlq-first-seen': firstSeen.toISOString(),
        'db-dlq-event-id': eventId,
        'db-dlq-bytes': String(bytes),
        'db-dlq-sha256': sha256,
        'db-dlq-truncated': truncated ? 'true' : undefined,
        // The names of Kafka Connect's reporter, for tools that know them.
        '__connect.errors.topic': topic,
        '__connect.errors.partition': String(partition),
        '__connect.errors.offset': String(offset),
        '__connect.errors.connector.name': group,
        '__connect.errors.task.id': '0',
        '__connect.errors.stage': error === undefined ? 'VALUE_CONVERTER' : 'TASK_PUT',
        '__connect.errors.exception.class.name': errorClass ?? 'Rejected',
        '__connect.errors.exception.message': errorText ?? reason,
        '__connect.errors.exception.stacktrace': stack,
      }),
    },
  };
}
