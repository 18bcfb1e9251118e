import { foreignKey } from './keys.js';
import { http } from './http-client.js';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly permission?: string;
  readonly public: boolean;
  readonly forwarded?: boolean;
}

/** Paths that every service leaves open; anything else that is public must be named by the caller. */
const openEverywhere = ['/health/live', '/health/ready', '/metrics', '/schemas/:topic/1.json', '/asyncapi.json', '/api/v1/openapi.json'];

export interface GuardWalk {
  readonly url: string;
  readonly keys: { readonly admin: string; readonly expired: string; readonly revoked: string; readonly roleless: string };
  readonly publicPaths?: readonly string[];
}

function concrete(path: string): string {
  return path.replaceAll(/:[A-Za-z]+(\([^)]*\))?/g, '00000000-0000-7000-8000-000000000000').replaceAll('*', 'x');
}

/**
 * Walks every route of a running service with no key, an unknown, an expired, a revoked and a powerless one. Throws with all
 * routes that let any of them in, save a powerless one to what concerns itself, and with routes that are public without being expected. Returns how many were walked.
 */
export async function expectAllRoutesGuarded({ url, keys, publicPaths = [] }: GuardWalk): Promise<number> {
  const answer = await http(url, keys.admin).get<{ items: Route[] }>('/api/v1/routes');
  if (answer.status !== 200) throw new Error(`the list of routes answered ${answer.status}`);
  const faults: string[] = [];
  const open = new Set([...openEverywhere, ...publicPaths]);
  for (const route of answer.body.items) {
    if (route.public) {
      if (!open.has(route.path)) faults.push(`${route.method} ${route.path} is public`);
      continue;
    }
    faults.push(...(await walk(url, route, keys)));
  }
  if (faults.length > 0) throw new Error(`routes that are not guarded:\n${faults.join('\n')}`);
  return answer.body.items.length;
}

async function walk(url: string, route: Route, keys: GuardWalk['keys']): Promise<string[]> {
  const attempts: [who: string, key: string | undefined, expected: number][] = [
    ['no key', undefined, 401],
    ['an unknown key', foreignKey(), 401],
    ['an expired key', keys.expired, 401],
    ['a revoked key', keys.revoked, 401],
    ['a key without roles', keys.roleless, 403],
  ];
  const faults: string[] = [];
  for (const [who, key, expected] of attempts) {
    const { status, headers } = await http(url, key).raw(route.method, concrete(route.path), undefined);
    if (isFault(route, status, expected))
      faults.push(`${route.method} ${route.path} answered ${status} to ${who}, not ${route.forwarded === true ? 'a refusal' : expected}`);
    if (status === 401 && headers.get('www-authenticate') === null)
      faults.push(`${route.method} ${route.path}: 401 without WWW-Authenticate`);
  }
  return faults;
}

function isFault(route: Route, status: number, expected: number): boolean {
  // Behind a gateway a refusal has many faces: no such route, not allowed, not there. Only success is a fault.
  if (route.forwarded === true) return status < 400;
  // What concerns oneself alone needs a known key and no role: whoever lost every role may still see it and log out.
  if (route.permission === 'self.read' && expected === 403) return status === 401 || status === 403;
  return status !== expected;
}
