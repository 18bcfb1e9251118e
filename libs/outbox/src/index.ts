export { type Decoded, decodeEvent, type IncomingEvent } from './decode.js';
export type { AppendEvent, EventCause } from './event.js';
export { type Acceptance, type Delivery, Inbox } from './inbox.js';
export { type DeadLetterInput, Outbox, type OutboxOptions } from './outbox.js';
export { Relay, type RelayHealth, type RelayOptions } from './relay.js';
