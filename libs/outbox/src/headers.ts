import { eventType, header, sequenceText, type Actor } from '@drawbridge/contracts';
import { currentTrace } from '@drawbridge/telemetry';

export interface HeaderInput {
  readonly id: string;
  readonly source: string;
  readonly topic: string;
  readonly subject: string;
  readonly time: string;
  readonly key: string;
  readonly project: string;
  readonly sequence?: number | undefined;
  readonly actor: Actor;
  readonly chainId: string;
  readonly causeId?: string | undefined;
  /** Trace that originated the fact; default the active one. */
  readonly originTraceparent?: string | undefined;
}

const authTypes = { person: 'user', machine: 'service_account', system: 'system' } as const;

/** CloudEvents in binary mode, and the trace context of the moment, which the relay restores around the send. */
export function eventHeaders(input: HeaderInput): Record<string, string> {
  const trace = currentTrace();
  const origin = input.originTraceparent ?? trace?.traceparent;
  return {
    [header.contentType]: 'application/json',
    [header.specversion]: '1.0',
    [header.id]: input.id,
    [header.source]: input.source,
    [header.type]: eventType(input.topic),
    [header.subject]: input.subject,
    [header.time]: input.time,
    [header.dataschema]: `/schemas/${input.topic}/1.json`,
    [header.partitionkey]: input.key,
    ...(input.sequence === undefined ? {} : { [header.sequence]: sequenceText(input.sequence), [header.sequencetype]: 'Integer' }),
    [header.authtype]: authTypes[input.actor.type],
    [header.authid]: input.actor.id,
    [header.chainid]: input.chainId,
    ...(input.causeId === undefined ? {} : { [header.causeid]: input.causeId }),
    [header.project]: input.project,
    ...(origin === undefined ? {} : { [header.originTraceparent]: origin }),
    ...(trace === undefined ? {} : { [header.traceparent]: trace.traceparent }),
    ...(trace?.tracestate === undefined ? {} : { [header.tracestate]: trace.tracestate }),
  };
}
