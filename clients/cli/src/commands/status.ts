import type { EndpointView } from '@drawbridge/contracts';
import type { Register } from '../command.js';
import { exit } from '../exit.js';
import { one, type OneView, section } from '../output/shown.js';
import type { Session } from '../session.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

export interface ServiceHealth {
  readonly service: string;
  readonly ready: boolean;
  readonly detail: { readonly checks?: readonly Check[]; readonly error?: string };
  readonly tookMs: number;
}

export interface Platform {
  readonly services: readonly ServiceHealth[];
  readonly asOf: string;
  readonly tracesUrl: string | null;
}

interface Status {
  readonly ready: boolean;
  readonly server: string;
  readonly serving: string;
  readonly services: readonly ServiceHealth[];
  readonly endpoints: readonly EndpointView[];
  readonly asOf: string;
}

/** Why a service is not ready, or how it is. */
export function healthText({ detail, ready }: ServiceHealth): string {
  const checks = detail.checks ?? [];
  if (ready) return `${checks.length} checks`;
  const failed = checks.filter((check) => !check.ok).map((check) => `${check.name}: ${check.detail ?? 'failed'}`);
  return failed.length > 0 ? failed.join('; ') : (detail.error ?? 'no answer');
}

/** `2 (100 %)`, or `2 (90 %), 3 (10 %, candidate)`. */
export function trafficText(endpoint: EndpointView): string {
  return endpoint.targets
    .map(({ version, weight, variant }) => `${version} (${weight} %${variant === 'stable' ? '' : `, ${variant}`})`)
    .join(', ');
}

const view: OneView<Status> = {
  columns: [
    { title: 'PLATFORM', of: (status) => (status.ready ? 'ready' : 'not ready'), status: true },
    { title: 'CONSOLE', of: (status) => status.server },
    { title: 'SERVING', of: (status) => status.serving },
  ],
  name: (status) => (status.ready ? 'ready' : 'not ready'),
  sections: (status) => [
    section('Services', status.services, [
      { title: 'SERVICE', of: (service) => service.service },
      { title: 'STATE', of: (service) => (service.ready ? 'ready' : 'not ready'), status: true },
      { title: 'MS', of: (service) => service.tookMs, right: true },
      { title: 'DETAIL', of: healthText },
    ]),
    section('Endpoints', status.endpoints, [
      { title: 'ENDPOINT', of: (endpoint) => endpoint.name },
      { title: 'ENVIRONMENT', of: (endpoint) => endpoint.environment },
      { title: 'MODEL', of: (endpoint) => endpoint.model },
      { title: 'TRAFFIC', of: trafficText },
      { title: 'ROLLOUT', of: (endpoint) => endpoint.rollout?.status, status: true },
    ]),
  ],
};

async function read(session: Session): Promise<Status> {
  const platform = await session.api.get<Platform>('/platform');
  const ready = platform.services.every((service) => service.ready);
  const deployment = platform.services.find((service) => service.service === 'deployment');
  const { items } = deployment?.ready === false ? { items: [] } : await session.api.items<EndpointView>('/endpoints', {}, 200);
  const { server, serving } = session.settings;
  return { ready, server: server.value, serving: serving.value, services: platform.services, endpoints: items, asOf: platform.asOf };
}

/** What other programs need to find this installation; never the key. */
function environment(session: Session): Record<string, string> {
  const { server, serving, project, stack } = session.settings;
  const brokers = stack?.urls['console'] === server.value ? stack.openBrokers : undefined;
  return {
    DRAWBRIDGE_ENDPOINT: server.value,
    DRAWBRIDGE_SERVING_URL: serving.value,
    ...(project.from === 'default' ? {} : { DRAWBRIDGE_PROJECT: project.value }),
    ...(brokers === undefined ? {} : { DRAWBRIDGE_KAFKA_BROKERS: brokers }),
  };
}

export const status: Register = (noun, define) => {
  define(noun.addHelpText('after', '\nEnds with 1 when a service is not ready. With --wait it waits until all are.'), async (session) => {
    if (session.globals.output === 'env')
      return one(environment(session), { columns: [], name: () => 'env', env: (variables) => variables });
    const found = session.globals.wait
      ? await session.until('the platform to be ready', async () => {
          const now = await read(session);
          return now.ready ? now : undefined;
        })
      : await read(session);
    return one(found, { ...view, ...(found.ready ? {} : { note: 'drawbridge doctor says more', exit: exit.failed }) });
  });
};
