import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { EventView, Page } from '@drawbridge/contracts';
import { Api, eventually } from '../src/outsider/api.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly service: string;
  readonly name: string;
  readonly links: readonly { readonly traceId: string }[];
}

interface Facts {
  readonly consoleUrl: string;
  readonly keys: { readonly admin: string };
  readonly project: string;
}

let api: Api;
let chain: EventView[];
let spans: Span[];

/** From the rollback back to the registration, by the direct cause of each event. */
async function causesOf(event: EventView): Promise<EventView[]> {
  const found = [event];
  for (let { causeId } = event; causeId !== undefined;) {
    const { event: cause }: { event: EventView } = await api.get(`/events/${causeId}`);
    found.push(cause);
    causeId = cause.causeId;
  }
  return found;
}

/** The story's rollback as somebody who debugs with traces would follow it. The console is the OTLP receiver of the stack. */
describe('from the registration to the rollback', () => {
  beforeAll(async () => {
    const facts = JSON.parse(await readFile(process.env['DRAWBRIDGE_E2E_FACTS'] ?? '', 'utf8')) as Facts;
    api = new Api(facts.consoleUrl, facts.keys.admin, facts.project);
    const page = await api.get<Page<EventView>>('/events?topic=deployment.rolledback');
    const [rollback] = page.items;
    if (rollback === undefined) throw new Error('the story left no rollback');
    chain = await causesOf(rollback);
    const traces = [...new Set(chain.map(({ traceId }) => traceId ?? ''))];
    spans = await eventually('all traces of the chain', async () => {
      const views = await Promise.all(traces.map((id) => api.get<{ spans: Span[] }>(`/traces/${id}`)));
      return views.every((view) => view.spans.length > 0) ? views.flatMap((view) => view.spans) : undefined;
    });
  }, 60_000);

  test('every event names its cause, without a gap', () => {
    expect(chain.map(({ topic }) => topic)).toEqual([
      'deployment.rolledback',
      'drift.detected',
      'window.closed',
      'deployment.started',
      'policy.evaluated',
      'deployment.requested',
      'model.registered',
    ]);
    expect(new Set(chain.map(({ chainId }) => chainId)).size).toBe(1);
  });

  test('every event carries a trace whose spans reach every service on the way', () => {
    expect(chain.every(({ traceId }) => /^[0-9a-f]{32}$/.test(traceId ?? ''))).toBe(true);
    const services = new Set(spans.map(({ service }) => service));
    for (const service of ['registry', 'governance', 'deployment', 'monitoring']) expect(services).toContain(service);
  });

  test('within each trace every span hangs on another one, across HTTP, outbox, Kafka and handlers', () => {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const traceIds = [...new Set(spans.map(({ traceId }) => traceId))];
    for (const id of traceIds) {
      const members = spans.filter(({ traceId }) => traceId === id);
      const roots = members.filter(({ parentId }) => parentId === undefined || !ids.has(parentId));
      // One root of ours; a caller that sent its own context is a parent outside of our sight.
      expect(new Set(roots.map(({ parentId }) => parentId)).size).toBeLessThanOrEqual(1);
    }
  });

  test('the request for a deployment links to the trace of the registration that it goes on from', () => {
    const registration = chain.at(-1)?.traceId;
    const requested = chain.find(({ topic }) => topic === 'deployment.requested')?.traceId;
    const linked = spans.some(({ traceId, links }) => traceId === requested && links.some((link) => link.traceId === registration));
    expect(linked).toBe(true);
  });
});
