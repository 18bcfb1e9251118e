import type { Actor, EventMap, Topic } from '@drawbridge/contracts';
import type { KafkaMessage } from '@drawbridge/kafka';
import type { TraceContext } from '@drawbridge/telemetry';

/** A message that kept the contract. */
export interface IncomingEvent<T extends Topic> {
  readonly topic: T;
  readonly id: string;
  readonly source: string;
  readonly sequence?: number | undefined;
  readonly time: Date;
  readonly project: string;
  readonly actor: Actor;
  readonly subject?: string | undefined;
  /** First event of the chain of causes; the event itself when it began one. */
  readonly chainId: string;
  readonly causeId?: string | undefined;
  /** Context of this hop. */
  readonly trace?: TraceContext | undefined;
  /** Trace that originated the fact, the same over all hops. */
  readonly originTraceparent?: string | undefined;
  /** Present on replay output only; live consumers drop such messages. */
  readonly replayId?: string | undefined;
  readonly data: EventMap[T];
  readonly key: string | null;
  readonly message: KafkaMessage;
}

export type Decoded = { readonly ok: true; readonly event: IncomingEvent<Topic> } | { readonly ok: false; readonly reason: string };

export function decodeEvent(_message: KafkaMessage): Decoded {
  throw new Error('pending');
}
