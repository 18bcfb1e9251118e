import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { IncidentView, Page as ListPage, VersionView } from '@drawbridge/contracts';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../src/browser/chromium.js';
import { type StoryFacts, storyFacts } from '../src/browser/facts.js';
import { Visitor } from '../src/browser/visitor.js';
import { Api, eventually } from '../src/outsider/api.js';

let facts: StoryFacts;
let browser: Browser;
let visitor: Visitor | undefined;
let admin: Api;
let ana: Api;

beforeAll(async () => {
  facts = await storyFacts();
  browser = await launchChromium();
  admin = new Api(facts.consoleUrl, facts.keys.admin, facts.project);
  ana = new Api(facts.consoleUrl, facts.keys.ana, facts.project);
}, 60_000);

afterAll(() => browser?.close());

beforeEach(() => {
  visitor = undefined;
});

afterEach(async () => {
  const faults = visitor?.faults ?? [];
  await visitor?.leave();
  expect(faults).toEqual([]);
});

async function come(key: string | undefined): Promise<Visitor> {
  visitor = await Visitor.come(browser, { url: facts.consoleUrl, project: facts.project, ...(key === undefined ? {} : { key }) });
  return visitor;
}

/** A version that waits for an approval: the newest one again under another name. */
async function waitingVersion(): Promise<string> {
  const version = `page-${Date.now().toString(36)}`;
  const known = await ana.get<VersionView>(`/models/${facts.model}/versions/3`);
  const { artifact, signature, flavour, metrics, parameters, datasets, baselineRef } = known;
  const body = {
    version,
    artifact: { sha256: artifact.sha256, format: artifact.format },
    signature,
    flavour,
    metrics,
    parameters,
    datasets,
    ...(baselineRef === undefined ? {} : { baseline: { sha256: baselineRef.sha256 } }),
  };
  await ana.post(`/models/${facts.model}/versions`, body);
  await eventually('the question about it', async () => {
    const { items } = await ana.get<{ items: unknown[] }>(`/approvals?model=${facts.model}&version=${version}&status=pending`);
    return items[0];
  });
  return version;
}

describe('with the keyboard alone', () => {
  test('a second person approves a waiting version; its author cannot', async () => {
    const version = await waitingVersion();
    const path = `/models/${facts.model}/versions/${version}`;
    const author = await come(facts.keys.ana);
    await author.open(path);
    const button = author.page.getByRole('button', { name: 'Approve', exact: true });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(await author.page.locator('.reasons').filter({ hasText: 'Approve' }).textContent()).toContain('author');
    expect(author.faults).toEqual([]);
    await author.leave();

    const { page } = await come(facts.keys.otto);
    const otto = visitor as Visitor;
    await otto.open(path);
    await otto.tabTo('link', 'Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await otto.tabTo('button', 'Approve');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('textarea:focus').waitFor();
    await page.keyboard.type('metrics and baseline read on the page');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(`${facts.model} ${version} approved for production`).waitFor();
    await page.locator('main h1 + .row').getByText('Approved', { exact: true }).first().waitFor();
    expect(await page.locator('main').textContent()).toContain('metrics and baseline read on the page');
  });

  test('a rollout is resumed and paused with reasons; other verbs say why not', async () => {
    const id = facts.deploymentIds['4'] ?? '';
    const { page } = await come(facts.keys.ana);
    const operator = visitor as Visitor;
    await operator.open(`/deployments/${id}`);
    expect(await page.getByRole('button', { name: 'Start', exact: true }).getAttribute('aria-disabled')).toBe('true');
    expect(await page.locator('.reasons').first().textContent()).toContain('Start');
    await operator.tabTo('button', 'Resume');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('textarea:focus').waitFor();
    await page.keyboard.type('the new market is wanted');
    await page.keyboard.press('Control+Enter');
    await page.locator('main h1 + .row').getByText('In progress').waitFor();
    await operator.tabTo('button', 'Pause');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('textarea:focus').waitFor();
    await page.keyboard.type('wait for the labels');
    await page.keyboard.press('Control+Enter');
    await page.locator('main h1 + .row').getByText('Paused').waitFor();
    expect(await page.locator('.timeline').textContent()).toContain('wait for the labels');
  });

  test('search by an id, help, jumps and the heat map', async () => {
    const { page } = await come(facts.keys.admin);
    const reader = visitor as Visitor;
    await reader.open('/');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'An id, or a part of a name' }).waitFor();
    await page.keyboard.type(facts.incidentId);
    await page.getByRole('listbox', { name: 'what was found' }).getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/incidents/${facts.incidentId}?project=${facts.project}`);
    await reader.settled();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys and words' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.waitForURL(`**/deployments?project=${facts.project}`);
    await reader.open(`/models/${facts.model}/monitoring`);
    await page.locator('.heat-cell[tabindex="0"]').focus();
    const before = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).not.toBe(before);
    await page.keyboard.press('Enter');
    await page.waitForURL(/window=/);
    await page.locator('figure').first().waitFor();
  });
});

test('whoever may not act sees every button and which role may', async () => {
  const { page } = await come(facts.keys.otto);
  await (visitor as Visitor).open(`/deployments/${facts.deploymentIds['4'] ?? ''}`);
  const buttons = page.getByRole('group', { name: 'what can be done' }).getByRole('button');
  expect(await buttons.count()).toBe(8);
  for (const button of await buttons.all()) expect(await button.getAttribute('aria-disabled')).toBe('true');
  expect(await page.locator('.reasons').first().textContent()).toContain('needs the role operator or admin; you have approver, auditor');
});

test('the incident shows what moved, what was done automatically, and whether going back helped', async () => {
  const { page } = await come(facts.keys.admin);
  await (visitor as Visitor).open(`/incidents/${facts.incidentId}`);
  await page.locator('figure').first().waitFor();
  expect(await page.locator('figure svg[role="img"]').first().getAttribute('aria-label')).toMatch(/^hour\. .*reference .*current /);
  expect(await page.locator('[data-automatic] strong').textContent()).toMatch(/drawbridge\/auto rolled .* back from v2 to v1/);
  expect(await page.locator('main').textContent()).toContain('Rollback helps: yes');
  await page.getByRole('button', { name: 'as table' }).first().click();
  expect(await page.getByRole('region', { name: 'shares by cell' }).getByRole('row').count()).toBeGreaterThan(3);
  await page.locator('[data-automatic]').getByRole('link', { name: 'drift.detected' }).click();
  await page.getByRole('heading', { name: 'drift.detected', level: 1 }).waitFor();
  const chain = page.getByRole('list', { name: 'causal chain' });
  await chain.getByText('deployment.rolledback').waitFor();
  expect(await chain.textContent()).toContain('window.closed');
});

test('the project is in the address, kept by every link, and chosen in the head of the page', async () => {
  const { page } = await come(facts.keys.admin);
  const reader = visitor as Visitor;
  await reader.open('/models');
  const here = new URLSearchParams({ project: facts.project }).toString();
  await page.getByRole('link', { name: facts.model, exact: true }).click();
  await page.waitForURL(`**/models/${facts.model}?${here}`);
  const chosen = page.getByRole('combobox', { name: 'project' });
  expect(await chosen.inputValue()).toBe(facts.project);
  // What is shown need not exist there, so that the other project begins at the list.
  await chosen.selectOption('default');
  await page.waitForURL(`${facts.consoleUrl}/models`);
  await reader.settled();
  expect(await page.getByRole('link', { name: facts.model, exact: true }).count()).toBe(0);
  // An id leads to its page in any project, and the address says in which.
  await page.goto(`${facts.consoleUrl}/incidents/${facts.incidentId}`);
  await page.waitForURL(`**/incidents/${facts.incidentId}?${here}`);
  await reader.settled();
  await page.goto(`${facts.consoleUrl}/`);
  await reader.settled();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'An id, or a part of a name' }).waitFor();
  await page.keyboard.type(facts.deploymentIds['2'] ?? '');
  const found = page.getByRole('listbox', { name: 'what was found' }).getByRole('option');
  await found.filter({ hasText: `in ${facts.project}` }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/deployments/${facts.deploymentIds['2'] ?? ''}?${here}`);
  await reader.settled();
  await page.getByRole('link', { name: 'Incidents', exact: true }).click();
  await page.waitForURL(`**/incidents?${here}`);
});

test('an incident is taken by a person', async () => {
  const { items } = await ana.get<ListPage<IncidentView>>(`/incidents?model=${facts.model}`);
  const free = items.find(({ status, acknowledgedBy }) => status !== 'resolved' && acknowledgedBy === undefined);
  if (free === undefined) throw new Error('every incident of the story is taken already');
  const { page } = await come(facts.keys.ana);
  await (visitor as Visitor).open(`/incidents/${free.id}`);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('You took the incident').waitFor();
  await page
    .locator('.reasons')
    .getByText(/has already taken it/)
    .waitFor();
});

test('a trace is drawn: from the request of a version through the services', async () => {
  const version = await waitingVersion();
  const { traceId = '' } = await ana.get<VersionView>(`/models/${facts.model}/versions/${version}`);
  await eventually('spans of registry and governance', async () => {
    const { spans } = await admin.get<{ spans: { service: string }[] }>(`/traces/${traceId}`);
    const services = new Set(spans.map((span) => span.service));
    return services.has('registry') && services.has('governance') ? services : undefined;
  });
  const { page } = await come(facts.keys.admin);
  const reader = visitor as Visitor;
  await reader.open(`/traces/${traceId}`);
  const spans = page.getByRole('list', { name: 'spans' });
  const names = await spans.locator('.span-name strong').allTextContents();
  expect(names).toEqual(expect.arrayContaining(['registry', 'governance']));
  expect(await spans.locator('.span-bar').count()).toBe(names.length);
  await spans.getByRole('button').first().click();
  await page.locator('.waterfall .detail').waitFor();
  expect(await page.getByRole('region', { name: 'events', exact: true }).textContent()).toContain('model.registered');
  await reader.open(`/traces/${facts.traceId}`);
  expect(await page.getByRole('region', { name: 'events', exact: true }).textContent()).toContain('deployment.rolledback');
});

test('the live tail shows what happens now, and stops when told', async () => {
  const { page } = await come(facts.keys.admin);
  const reader = visitor as Visitor;
  await reader.open('/events?topic=model.alias.changed');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('Running', { exact: true }).waitFor();
  await admin.put(`/models/${facts.model}/aliases/page-test`, { version: '3', reason: 'a browser looks' });
  const log = page.getByRole('log', { name: 'live events' });
  await log.getByText('model.alias.changed').first().waitFor({ timeout: 15_000 });
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  await admin.put(`/models/${facts.model}/aliases/page-test`, { version: '1', reason: 'a browser looks away' });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await log.getByText('model.alias.changed').count()).toBe(1);
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await log.getByText('model.alias.changed').nth(1).waitFor({ timeout: 15_000 });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('Stopped', { exact: true }).waitFor();
});

test('a login link works once; nothing is shown without a login', async () => {
  const { principal } = await ana.get<{ principal: { id: string } }>('/whoami');
  const { token } = await admin.post<{ token: string }>('/login-links', { person: principal.id });
  const first = await Visitor.come(browser, { url: facts.consoleUrl });
  await first.page.goto(`${facts.consoleUrl}/models`);
  await first.page.waitForURL(/\/login\?next=%2Fmodels/);
  const logins: string[] = [];
  first.page.on('request', (request) => {
    if (request.url().endsWith('/auth/login')) logins.push(request.url());
  });
  await first.page.goto(`${facts.consoleUrl}/login?token=${encodeURIComponent(token)}`);
  await first.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  expect(first.page.url()).not.toContain(token);
  await first.settled();
  expect(logins).toHaveLength(1);
  expect(await first.page.evaluate(() => document.cookie)).toBe('');
  await first.leave();
  const second = await Visitor.come(browser, { url: facts.consoleUrl });
  await second.page.goto(`${facts.consoleUrl}/login?token=${encodeURIComponent(token)}`);
  expect(await second.page.getByRole('alert').textContent()).toContain('Error');
  await second.leave();
});

test('a log in with a key, and out again', async () => {
  const guest = await Visitor.come(browser, { url: facts.consoleUrl });
  await guest.page.goto(`${facts.consoleUrl}/login?next=${encodeURIComponent('//elsewhere.example/x')}`);
  await guest.page.getByLabel('API key').fill(facts.keys.otto);
  await guest.page.keyboard.press('Enter');
  await guest.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await guest.page.goto(`${facts.consoleUrl}/settings`);
  await guest.page.getByRole('button', { name: 'Log out' }).click();
  await guest.page.waitForURL(/\/login/);
  await guest.page.goto(`${facts.consoleUrl}/`);
  await guest.page.waitForURL(/\/login/);
  await guest.leave();
});
