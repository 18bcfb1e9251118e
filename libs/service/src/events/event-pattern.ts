import type { Topic } from '@drawbridge/contracts';
import { EventPattern as NestEventPattern } from '@nestjs/microservices';

/** Nest's `@EventPattern` for topics of the contract. Nest's own type admits no second parameter but an unknown one. */
export function EventPattern(topic: Topic): MethodDecorator {
  return NestEventPattern(topic) as MethodDecorator;
}
