export { type Decoded, decodeEvent, type IncomingEvent } from './decode.js';
export { cutMessage, type DeadLetter, type DeadLetterInput, deadLetterOf, maxPayloadBytes, type Whole } from './dead-letter.js';
export type { AppendEvent, EventCause } from './event.js';
export { type Acceptance, type Delivery, Inbox } from './inbox.js';
export { ContractBroken, Outbox, type OutboxOptions } from './outbox.js';
export { type Failpoint, Failpoints } from './failpoints.js';
export { Relay, type RelayHealth, type RelayOptions } from './relay.js';
export { checkRetention, inboxRetentionMs, RetentionBroken, retryLimitMs } from './retention-rule.js';
export { sourceOf } from './source.js';
