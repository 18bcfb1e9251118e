export { AccessDirectory, type Authentication, type Refusal } from './auth/access-directory.js';
export { hashKey, keyFromHeader, keyIdOf, keyMatches } from './auth/api-key.js';
export { type Authenticator } from './auth/auth.guard.js';
export { Public, RequirePermission, type RouteAccess } from './auth/permission.decorators.js';
export { actorOf, CurrentPrincipal, type Principal, principalOf, systemActor } from './auth/principal.js';
export { withheldFrom } from './auth/withheld.js';
export { ConfigError, type Env, envDuration, envFlag, envInt, envText, envUrl, serviceConfig, type ServiceConfig } from './config.js';
export { type ServiceDescription } from './describe.js';
export { type EventContext } from './events/event-context.js';
export { EventPattern } from './events/event-pattern.js';
export { type Dispatch, EventProcessor, type EventProcessorOptions } from './events/event-processor.js';
export { EventTransport, type EventTransportOptions } from './events/event-transport.js';
export { OnEvent } from './events/on-event.decorator.js';
export { type Replay, Replays } from './events/replays.js';
export { consumerCheck } from './health/platform-checks.js';
export { type CheckResult, type ReadinessCheck, type ReadinessReport } from './health/readiness.js';
export { Idempotent } from './http/idempotency.interceptor.js';
export { PageQuery } from './http/page-query.dto.js';
export { Project, ProjectFilter, projectOf } from './http/project.decorator.js';
export { decodeCursor, decodePageToken, encodePageToken, mapPage, pageOf, parseSort, type Sort } from './http/paging.js';
export { ApiProblems, ProblemDocument } from './http/problem.dto.js';
export { type RouteInfo, UnguardedRoute } from './http/route-registry.js';
export { Lifecycle, type LifecycleStep } from './lifecycle.js';
export { PeerClient, PeerRefused, PeerUnavailable } from './peer-client.js';
export { Platform, type PlatformOptions } from './platform.js';
export { PlatformModule } from './platform.module.js';
export {
  conflict,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  ProblemError,
  type ProblemFields,
  unavailable,
} from './problem/problem-error.js';
export { sendProblem } from './problem/problem.filter.js';
export { runService, type RunningService, type RunOptions } from './run.js';
export { CONFIG, EVENT_LOG, LOGGER, PLATFORM, tokens } from './tokens.js';
