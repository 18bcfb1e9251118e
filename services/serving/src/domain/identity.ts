import { Refusal, wrongInput } from './refusal.js';

/** Under which id and at which time a request counts. */
export interface Identity {
  readonly predictionId: string;
  readonly time: Date;
}

export type IdentityResult = { readonly identity: Identity; readonly refusal?: Refusal };

/** Event times this far ahead of the server's clock are still taken for a clock that runs fast. */
const AHEAD_MS = 5 * 60_000;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const PREDICTION_ID = /^[\x21-\x7e]{1,180}$/;

/**
 * Callers with the permission to backdate may give `parameters.prediction_id` and `parameters.event_time`; everybody else
 * is stamped by the server. A refused request is still logged, so it gets a stamp too.
 */
export function identityOf(body: unknown, mayBackdate: boolean, now: Date, newId: () => string): IdentityResult {
  const parameters = parametersOf(body);
  const { prediction_id: givenId, event_time: givenTime } = parameters;
  const stamped: Identity = { predictionId: newId(), time: now };
  if (givenId === undefined && givenTime === undefined) return { identity: stamped };
  const field = givenId === undefined ? 'parameters.event_time' : 'parameters.prediction_id';
  if (!mayBackdate) {
    const message = 'needs the permission predictions.backdate; leave it out and the server stamps the prediction';
    return {
      identity: stamped,
      refusal: new Refusal(403, 'DBR-FORBIDDEN', `${field}: ${message}`, { errors: [{ field, message }] }),
    };
  }
  const idProblem = givenId === undefined || isId(givenId) ? undefined : 'must be 1 to 180 visible ASCII characters';
  const identity: Identity = {
    predictionId: typeof givenId === 'string' && idProblem === undefined ? givenId : stamped.predictionId,
    time: now,
  };
  if (idProblem !== undefined) return { identity, refusal: wrongInput([{ field: 'parameters.prediction_id', message: idProblem }]) };
  if (givenTime === undefined) return { identity };
  const time = typeof givenTime === 'string' && RFC3339.test(givenTime) ? Date.parse(givenTime) : NaN;
  if (Number.isNaN(time)) return { identity, refusal: badTime('must be an RFC 3339 time such as 2026-03-05T14:00:00Z') };
  if (time > now.getTime() + AHEAD_MS) return { identity, refusal: badTime('lies more than 5 minutes in the future') };
  return { identity: { ...identity, time: new Date(time) } };
}

function badTime(message: string): Refusal {
  return wrongInput([{ field: 'parameters.event_time', message }]);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && PREDICTION_ID.test(value);
}

/** What the request names in its parameters, for clients that cannot set headers. */
export function parameterOf(body: unknown, name: 'endpoint' | 'project'): string | undefined {
  const value = parametersOf(body)[name];
  return typeof value === 'string' ? value : undefined;
}

function parametersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || !('parameters' in body)) return {};
  const { parameters } = body;
  return typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters) ? (parameters as Record<string, unknown>) : {};
}
