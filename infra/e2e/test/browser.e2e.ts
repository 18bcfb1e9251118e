import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DetectionView, MonitorView, Page as ListPage } from '@drawbridge/contracts';
import { repositoryRoot } from '@drawbridge/local';
import type { Browser } from 'playwright-core';
import { axeViolations } from '../src/browser/axe.js';
import { launchChromium } from '../src/browser/chromium.js';
import { type StoryFacts, storyFacts } from '../src/browser/facts.js';
import { Visitor } from '../src/browser/visitor.js';
import { Api } from '../src/outsider/api.js';

/** Every page on the story's data, in both colour schemes. Places that depend on the story are filled in before the first test. */
const places = [
  'overview',
  'models',
  'models, filtered and sorted',
  'model',
  'version',
  'drift',
  'drift, one window',
  'performance',
  'data quality',
  'traffic',
  'approvals',
  'all approvals',
  'deployments',
  'deployment rolled back',
  'deployment paused',
  'incidents',
  'incident',
  'events',
  'event',
  'traces',
  'trace',
  'policies',
  'policy',
  'audit',
  'dead letters',
  'settings',
  'login',
  'no such page',
] as const;
type Place = (typeof places)[number];

let facts: StoryFacts;
let browser: Browser;
let paths: Readonly<Record<Place, string>>;
const visitors: Partial<Record<'light' | 'dark', Visitor>> = {};

beforeAll(async () => {
  facts = await storyFacts();
  browser = await launchChromium();
  paths = await pathsOf(facts);
  for (const scheme of ['light', 'dark'] as const) {
    visitors[scheme] = await Visitor.come(browser, { url: facts.consoleUrl, project: facts.project, scheme, key: facts.keys.admin });
  }
}, 60_000);

afterAll(() => browser?.close());

describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
  test.each(places)('%s: accessible, without errors and without a word to anybody else', async (place) => {
    const visitor = visitors[scheme];
    if (visitor === undefined) throw new Error('nobody came');
    visitor.faults.length = 0;
    await visitor.open(paths[place]);
    expect(await axeViolations(visitor.page)).toEqual([]);
    expect(visitor.faults).toEqual([]);
    expect(await visitor.page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe(scheme);
    const alerts = await visitor.page.getByRole('alert').allTextContents();
    expect(alerts).toEqual([]);
  });
});

test('the page is served under a policy without exceptions', async () => {
  const answer = await fetch(`${facts.consoleUrl}/models`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toMatch(/style-src 'self' 'nonce-[A-Za-z0-9+/=]+'/);
  expect(policy).not.toContain('unsafe');
  const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
  expect(await answer.text()).toContain(`content="${nonce}"`);
  const other = await fetch(`${facts.consoleUrl}/models`);
  expect(other.headers.get('content-security-policy')).not.toBe(policy);
});

test.each(['overview', 'incident'] as const)('the picture of the %s for the README', async (place) => {
  const visitor = await Visitor.come(browser, { url: facts.consoleUrl, project: facts.project, key: facts.keys.admin });
  await visitor.open(paths[place]);
  await visitor.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const picture = await visitor.page.screenshot({ clip: { x: 0, y: 0, width: 1360, height: 900 } });
  await visitor.leave();
  // Width and height of a PNG stand at fixed places of its header.
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1360, 900]);
  const folder = join(repositoryRoot, 'docs', 'images');
  const file = join(folder, `${place}.png`);
  if (existsSync(file) && process.env['DRAWBRIDGE_UPDATE_IMAGES'] === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(file, picture);
});

async function pathsOf({
  consoleUrl,
  keys,
  project,
  model,
  endpoint,
  deploymentIds,
  incidentId,
  traceId,
}: StoryFacts): Promise<Record<Place, string>> {
  const api = new Api(consoleUrl, keys.admin, project);
  const { items: monitors } = await api.get<ListPage<MonitorView>>(`/monitors?model=${model}`);
  const { items: detections } = await api.get<ListPage<DetectionView>>(`/detections?model=${model}`);
  const { items: rollbacks } = await api.get<ListPage<{ id: string }>>('/events?topic=deployment.rolledback');
  const watched = monitors.find(({ version }) => version === '1');
  const detection = detections.find(({ version }) => version === '1') ?? detections[0];
  if (watched === undefined || detection === undefined || rollbacks[0] === undefined)
    throw new Error('the story left no monitor, detection or rollback');
  const monitoring = `/models/${model}/monitoring?monitor=${watched.id}`;
  const moved = detection.features.find(({ alarming }) => alarming)?.feature ?? '';
  return {
    overview: '/',
    models: '/models',
    'models, filtered and sorted': `/models?name=${model}&sort=-updatedAt&risk=medium`,
    model: `/models/${model}`,
    version: `/models/${model}/versions/1`,
    drift: monitoring,
    'drift, one window': `/models/${model}/monitoring?monitor=${detection.monitorId}&window=${detection.windowId}&feature=${moved}`,
    performance: `${monitoring}&view=performance`,
    'data quality': `${monitoring}&view=quality`,
    traffic: `${monitoring}&view=traffic`,
    approvals: '/approvals',
    'all approvals': '/approvals?list=all',
    deployments: `/deployments?endpoint=${endpoint}`,
    'deployment rolled back': `/deployments/${deploymentIds['2'] ?? ''}`,
    'deployment paused': `/deployments/${deploymentIds['4'] ?? ''}`,
    incidents: '/incidents',
    incident: `/incidents/${incidentId}`,
    events: '/events',
    event: `/events/${rollbacks[0].id}`,
    traces: '/traces',
    trace: `/traces/${traceId}?database=shown`,
    policies: '/policies',
    policy: '/policies/production',
    audit: '/audit',
    'dead letters': '/dead-letters?status=all',
    settings: '/settings',
    login: '/login',
    'no such page': '/nothing/here',
  };
}
