import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventMap, Topic } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import type { EventContext } from './event-context.js';

type EventHandler<T extends Topic> = (event: EventMap[T], context: EventContext) => Promise<Outcome>;

/** `@EventPattern` that knows the contract: a handler whose first argument is not the topic's event does not compile. */
export function OnEvent<T extends Topic>(topic: T) {
  return (target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<EventHandler<T>>): void => {
    (EventPattern(topic) as MethodDecorator)(target, key, descriptor);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
  };
}
