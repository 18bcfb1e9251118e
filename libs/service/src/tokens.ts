/** Injection tokens of what is no class. `DataSource`, `Outbox`, `Relay`, `Inbox` and `AccessDirectory` are injected by class. */
export const CONFIG = Symbol('drawbridge.config');
export const LOGGER = Symbol('drawbridge.logger');
export const EVENT_LOG = Symbol('drawbridge.event-log');
/** The platform parts of this process; for `runService`. */
export const PLATFORM = Symbol('drawbridge.platform');

export const tokens = { CONFIG, LOGGER, EVENT_LOG } as const;
