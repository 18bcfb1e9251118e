import type { Topic } from '@drawbridge/contracts';
import { eventually } from '../outsider/api.js';
import type { Recorded, Tape } from '../outsider/tape.js';

/**
 * The causes of an event back to the first one, once one of this topic is among them. Kafka orders a topic, not two of them: a client may
 * read an effect before its cause, and then has to wait for it.
 */
export function causesWith(tape: Pick<Tape, 'causes'>, event: Recorded, topic: Topic, timeoutMs = 10_000): Promise<Recorded[]> {
  return eventually(
    `a ${topic} among the causes of ${event.topic}`,
    () => {
      const chain = tape.causes(event);
      if (chain.some((cause) => cause.topic === topic)) return Promise.resolve(chain);
      return Promise.reject(new Error(chain.map((cause) => cause.topic).join(' ← ')));
    },
    timeoutMs,
  );
}
