import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccessState } from '@drawbridge/contracts';
import type { DataSource } from '@drawbridge/postgres';
import { AccessDirectory } from '@drawbridge/service';
import { createLogger } from '@drawbridge/telemetry';
import { anEvent, eventually, FakeClock, FakeLog, makeKeys } from '@drawbridge/testing';
import fastify, { type FastifyInstance } from 'fastify';
import { LiveHub } from '../domain/live-hub.js';
import type { StoredEvent } from '../domain/stored-event.js';
import { liveRoutes } from './live.routes.js';
import { SESSION_COOKIE } from './session.js';

const HEARTBEAT_MS = 50;
const keys = makeKeys();

describe('a live tail', () => {
  let app: FastifyInstance;
  let log: FakeLog;
  let clock: FakeClock;
  let access: AccessDirectory;
  let hub: LiveHub;
  let url: string;
  let sequence = 0;
  let position = 0;

  beforeEach(async () => {
    log = new FakeLog();
    clock = new FakeClock('2026-01-01T00:00:00.000Z');
    access = new AccessDirectory(log, createLogger('test', { write: () => undefined }), clock.now);
    await grant({});
    await access.start();
    await eventually('the directory', () => access.caughtUp);
    hub = new LiveHub();
    app = fastify();
    liveRoutes(app, {
      source: {} as DataSource,
      events: { after: () => Promise.resolve({ missed: [], skipped: 0 }) },
      hub,
      access,
      heartbeatMs: HEARTBEAT_MS,
    });
    url = await app.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(async () => {
    app.server.closeAllConnections();
    await app.close();
    await access.stop();
  });

  /** The document of the auditor's key as it is from now on. */
  async function grant(part: Partial<AccessState>): Promise<void> {
    sequence += 1;
    const { state } = keys.auditor;
    await log.produce([anEvent('access.state', { ...state, ...part }, { key: state.keyId, sequence })]);
  }

  function announce(topic: string): void {
    position += 1;
    const event: StoredEvent = { position, topic, partition: 0, offset: '0', key: null, project: 'default', data: {} };
    hub.announce(event);
  }

  /** Everything the stream sends, and whether it is over. */
  async function open(headers: Record<string, string> = { authorization: `Bearer ${keys.auditor.key}` }) {
    const response = await fetch(`${url}/api/v1/events/live`, { headers });
    const tail = { text: '', over: false };
    const read = async (): Promise<void> => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) tail.text += chunk;
      tail.over = true;
    };
    // The test may end before the stream does.
    read().catch(() => undefined);
    await eventually('the tail to be open', () => hub.size === 1 && tail.text.includes('retry'));
    return tail;
  }

  const ending = (code: string): string => `event: end\ndata: {"code":"${code}"`;

  test('one key holds 25 tails and leaves the other places to others', async () => {
    for (let count = 0; count < 25; count += 1) hub.join(() => undefined, keys.auditor.state.keyId);
    const headers = { authorization: `Bearer ${keys.auditor.key}` };
    const answer = await fetch(`${url}/api/v1/events/live`, { headers });
    expect(await answer.text()).toContain('This key holds 25');
    expect(hub.size).toBe(25);
  });

  test.each(['topic', 'text', 'project', 'from'])('refuses %s given twice by its name', async (field) => {
    const headers = { authorization: `Bearer ${keys.auditor.key}` };
    const answer = await fetch(`${url}/api/v1/events/live?${field}=1&${field}=2`, { headers });
    expect(await answer.text()).toContain(`${field} is not valid`);
    expect(hub.size).toBe(0);
  });

  test('ends at once when its key is revoked, and says so', async () => {
    const tail = await open();
    announce('drift.detected');
    await grant({ revokedAt: '2026-01-01T00:00:00.000Z' });
    announce('drift.resolved');
    await eventually('the end', () => tail.over);
    expect(tail.text).toContain('drift.detected');
    expect(tail.text).toContain(ending('DBR-AUTH-REVOKED'));
    expect(tail.text).not.toContain('drift.resolved');
    expect(hub.size).toBe(0);
  });

  test('ends when the session behind its cookie ends', async () => {
    const tail = await open({ cookie: `${SESSION_COOKIE}=${encodeURIComponent(keys.auditor.key)}` });
    await log.produce([{ topic: 'access.state', key: keys.auditor.state.keyId, value: null }]);
    await eventually('the end', () => tail.over);
    expect(tail.text).toContain(ending('DBR-AUTH-UNKNOWN'));
  });

  test('shows nothing after its key has expired, and ends with the next heartbeat', async () => {
    await grant({ expiresAt: '2026-01-01T00:01:00.000Z' });
    const tail = await open();
    await eventually('a heartbeat', () => tail.text.includes('still here'));
    announce('drift.detected');
    await eventually('the first', () => tail.text.includes('drift.detected'));
    clock.advance(60_000);
    announce('drift.resolved');
    await eventually('the end', () => tail.over);
    expect(tail.text).toContain(ending('DBR-AUTH-EXPIRED'));
    expect(tail.text).not.toContain('drift.resolved');
  });

  test('ends when its key may no longer read events', async () => {
    const tail = await open();
    await grant({ roles: ['producer'] });
    await eventually('the end', () => tail.over);
    expect(tail.text).toContain(ending('DBR-FORBIDDEN'));
  });

  test('goes on without what is withheld when its key may no longer read the audit log', async () => {
    const tail = await open();
    announce('audit.recorded');
    await eventually('the first', () => tail.text.includes('audit.recorded'));
    await grant({ roles: ['viewer'] });
    const before = tail.text.length;
    announce('audit.recorded');
    announce('drift.detected');
    await eventually('the last', () => tail.text.includes('drift.detected'));
    expect(tail.text.slice(before)).not.toContain('audit.recorded');
    expect(tail.over).toBe(false);
  });
});
