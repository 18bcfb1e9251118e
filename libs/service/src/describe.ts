import type { ConsumerGroup, ServiceName } from '@drawbridge/contracts';
import type { RouteInfo } from './http/route-registry.js';
import type { Platform } from './platform.js';

/** What a service is, as far as its code says it: committed as generated views and compared with the contract. */
export interface ServiceDescription {
  readonly service: ServiceName;
  readonly openapi: object;
  readonly routes: readonly RouteInfo[];
  /** Group and topics of the `@OnEvent` handlers. */
  readonly handlers: { readonly group: ConsumerGroup; readonly topics: readonly string[] } | null;
}

/** Was the process asked to say what it is, instead of running? */
export function isDescription(argv: readonly string[] = process.argv): boolean {
  return argv.includes('--describe');
}

/** Puts the parts together; the routes must be registered and nothing be started. */
export function describe(platform: Platform, group: ConsumerGroup | undefined): ServiceDescription {
  const { transport } = platform;
  return {
    service: platform.config.service,
    openapi: platform.openApi(),
    routes: platform.routes.list(),
    handlers: group === undefined || transport === undefined ? null : { group, topics: [...transport.topics] },
  };
}
