import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTopics, deleteTopics, type AdminConnection } from '@drawbridge/kafka';
import { Collector, type Span } from './collector.js';
import { OutboxFixture } from './fixture.js';

const program = join(import.meta.dirname, '../dist/test/tracing-process.js');
const server = 2;
const client = 3;
const producer = 4;
const consumer = 5;

function admin(): AdminConnection {
  const facts = JSON.parse(readFileSync(process.env['DRAWBRIDGE_TEST_CLUSTER'] ?? '', 'utf8')) as {
    brokers: string;
    kafkaAdmin: { username: string; password: string };
  };
  return { brokers: [facts.brokers], ...facts.kafkaAdmin };
}

describe('tracing', () => {
  const prefix = `t${randomUUID().slice(0, 8)}.`;
  const topics = ['model.alias.changed', 'prediction.logged'].map((name) => `${prefix}${name}`);
  const collector = new Collector();
  let fixture: OutboxFixture;
  let child: ChildProcess;
  let address: string;

  beforeAll(async () => {
    fixture = await OutboxFixture.create();
    await createTopics(
      admin(),
      topics.map((name) => ({ name, partitions: 1, config: {} })),
    );
    const endpoint = await collector.start();
    const settings = { ...admin(), clientId: 'tracing-test', topicPrefix: prefix, sessionTimeoutMs: 6000 };
    const argument = JSON.stringify({ kafka: settings, url: fixture.database.url('registry') });
    child = spawn(process.execPath, ['--import', '@drawbridge/telemetry/start', program, argument], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'tracing-test' },
    });
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
    });
    address = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
  });

  afterAll(async () => {
    await collector.stop();
    await fixture.close();
    await deleteTopics(admin(), topics);
  });

  test('a request that writes, publishes and is consumed is one connected trace; predictions and polls make no spans', async () => {
    for (let index = 0; index < 5; index += 1) await fetch(`${address}/health/ready`);
    const answer = (await (await fetch(`${address}/models/m1`, { method: 'POST' })).json()) as { traceId: string; handledIn: string };
    expect((await fetch(`${address}/predictions`, { method: 'POST' })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;

    expect(answer.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.handledIn).toBe(answer.traceId);
    const spans = collector.spans.filter((span) => span.traceId === answer.traceId);
    const one = (kind: number, name?: string): Span => {
      const found = spans.filter((span) => span.kind === kind && (name === undefined || span.name === name));
      expect(found).toHaveLength(1);
      return found[0] as Span;
    };
    const request = one(server);
    const send = one(producer, `send ${prefix}model.alias.changed`);
    const process = one(consumer, 'process model.alias.changed');
    expect(request.parentSpanId ?? '').toBe('');
    expect(send.parentSpanId).toBe(request.spanId);
    expect(process.parentSpanId).toBe(send.spanId);
    const ids = new Set(spans.map((span) => span.spanId));
    expect(spans.filter((span) => span !== request && !ids.has(span.parentSpanId ?? ''))).toEqual([]);
    // begin, sequence, row, commit below the request; one query below the handler
    const queries = spans.filter((span) => span.kind === client && span.name.startsWith('pg'));
    expect(queries.filter((span) => span.parentSpanId === process.spanId).length).toBeGreaterThanOrEqual(1);
    expect(queries.length).toBeGreaterThanOrEqual(5);

    expect(collector.spans.filter((span) => span.name.includes('prediction.logged'))).toEqual([]);
    const others = collector.spans.filter((span) => span.traceId !== answer.traceId);
    expect(others.map((span) => span.name)).toEqual(['POST']);
    expect([...collector.services]).toEqual(['tracing-test']);
  });
});
