import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { http } from '@drawbridge/testing';
import { Controller, Get } from '@nestjs/common';
import { type LifecycleStep, serviceConfig, UnguardedRoute } from '../src/index.js';
import { type Harness, harness } from './harness.js';
import { tinyModule } from './tiny-service.js';

let h: Harness;

beforeAll(async () => {
  h = await harness('service-lifecycle');
}, 120_000);

afterAll(async () => {
  await h?.stop();
});

function recorded(name: string, calls: string[], fail: Partial<Record<'start' | 'stop', boolean>> = {}): LifecycleStep {
  return {
    name,
    async start() {
      if (fail.start === true) throw new Error(`${name} cannot start`);
      calls.push(`start ${name}`);
    },
    async stop() {
      calls.push(`stop ${name}`);
      if (fail.stop === true) throw new Error(`${name} cannot stop`);
    },
  };
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  nothing(): string {
    return 'anybody may read this';
  }
}

describe('starting and stopping', () => {
  test('a failing start rolls back what was started', async () => {
    const calls: string[] = [];
    await expect(
      h.start({ lifecycle: [recorded('one', calls), recorded('two', calls, { start: true }), recorded('three', calls)] }),
    ).rejects.toThrow('two cannot start');
    expect(calls).toEqual(['start one', 'stop two', 'stop one']);
    const sessions = await h.box.query(
      'deployment',
      `select 1 from pg_stat_activity where usename = 'deployment' and datname = current_database()`,
    );
    // The one that asks.
    expect(sessions).toHaveLength(1);
  });

  test('a failing stop does not skip the others, and everything ends', async () => {
    const calls: string[] = [];
    const service = await h.start({
      lifecycle: [recorded('one', calls), recorded('two', calls, { stop: true }), recorded('three', calls)],
    });
    expect(await service.stop()).toBe(false);
    expect(calls.slice(3)).toEqual(['stop three', 'stop two', 'stop one']);
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  });

  test('an answer under way is finished, a new connection is refused', async () => {
    const service = await h.start();
    const answer = http(service.url, h.box.keys.operator).post('/api/v1/notes', { name: 'last-words', size: 1 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const begun = Date.now();
    expect(await service.stop()).toBe(true);
    expect(Date.now() - begun).toBeLessThan(8000);
    expect((await answer).status).toBe(201);
  });

  test('a route that declares no permission keeps the service from starting', async () => {
    const config = serviceConfig('deployment', { ...h.box.env('deployment'), DRAWBRIDGE_PORT: '0' });
    await expect(h.start({ config, module: tinyModule(config, [ForgottenController]) })).rejects.toThrow(UnguardedRoute);
  });

  test('raw routes are guarded like the others', async () => {
    const service = await h.start({
      fastify: async (scope) => {
        scope.post('/v2/raw', { config: { permission: 'predictions.infer' } }, async (request) => ({ got: request.body }));
      },
    });
    expect((await http(service.url).post('/v2/raw', { a: 1 })).status).toBe(401);
    expect((await http(service.url, h.box.keys.auditor).post('/v2/raw', { a: 1 })).status).toBe(403);
    expect((await http(service.url, h.box.keys.viewer).post('/v2/raw', { a: 1 })).body).toEqual({ got: { a: 1 } });
    const broken = await http(service.url, h.box.keys.viewer).raw('POST', '/v2/raw', '{', {
      headers: { 'content-type': 'application/json' },
    });
    expect(broken).toMatchObject({ status: 400, body: { code: 'DBR-MALFORMED-JSON' } });
  });
});
