import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventMap, ModelView } from '@drawbridge/contracts';
import { type HttpClient, type RunningChild, sandbox, type Sandbox, type SeenEvent, sleep } from '@drawbridge/testing';
import { anOnnxModel } from './an-onnx-model.js';

/** Kills between commit and publish; the long form asks for more and keeps its result line. */
const KILLS = Number(process.env['DRAWBRIDGE_CRASH_KILLS'] ?? '20');
const RESULT_FILE = process.env['DRAWBRIDGE_CRASH_RESULT_FILE'];
const MODELS = ['crash-a', 'crash-b', 'crash-c'];

let box: Sandbox;

beforeAll(async () => {
  box = await sandbox('registry_crash');
  await Promise.all([box.migrate('registry'), box.seedAccess()]);
}, 120_000);

afterAll(() => box?.dispose());

interface Ledger {
  /** Reasons of alias moves that the registry acknowledged. */
  readonly acknowledged: Set<string>;
  /** Sent, but the process died before it answered: may or may not have happened. */
  readonly unknown: Set<string>;
}

test(
  `the registry is killed ${KILLS} times between commit and publish: no event is lost, no sequence has a gap or repeats`,
  async () => {
    const begun = Date.now();
    const ledger: Ledger = { acknowledged: new Set(), unknown: new Set() };
    const ids = await prepare();
    let wrongDeaths = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Every other time after the send, so that the same rows are sent again by the next process.
      const place = kill % 2 === 0 ? 'relay.before-send' : 'relay.after-send';
      const registry = await box.startService('registry', { DRAWBRIDGE_FAILPOINTS: `${place}:${2 + (kill % 4)}` }, { ready: false });
      await moveAliasesUntilDead(registry, kill, ledger);
      const { signal } = await registry.exited;
      if (signal !== 'SIGKILL') wrongDeaths += 1;
    }
    const last = await box.startService('registry');
    const unpublished = await pending(last);
    await last.stop();

    const events = await eventsOf(ids);
    const faults = [...ids.values()].flatMap((id) => sequenceFaults(events.filter((event) => event.key === id)));
    const moves = new Set(events.flatMap(({ data }) => ('reason' in data && typeof data.reason === 'string' ? [data.reason] : [])));
    const lost = [...ledger.acknowledged].filter((reason) => !moves.has(reason));
    const repeated = events.length - new Set(events.map((event) => event.data.id)).size;

    const result = {
      kills: KILLS,
      acknowledged: ledger.acknowledged.size,
      unanswered: ledger.unknown.size,
      events: events.length,
      repeated,
      lost: lost.length,
      faults: faults.length,
      seconds: Math.round((Date.now() - begun) / 1000),
    };
    if (RESULT_FILE !== undefined)
      appendFileSync(RESULT_FILE, `${JSON.stringify({ experiment: 'registry-kill', at: new Date().toISOString(), ...result })}\n`);
    expect(wrongDeaths).toBe(0);
    expect(faults).toEqual([]);
    expect(lost).toEqual([]);
    expect(unpublished).toBe(0);
    expect(ledger.acknowledged.size).toBeGreaterThanOrEqual(KILLS);
    // A kill after the send must have led to repeats, or nothing was tested.
    expect(repeated).toBeGreaterThan(0);
  },
  120_000 + KILLS * 30_000,
);

/** Three models with two versions each; answers their ids by name. */
async function prepare(): Promise<Map<string, string>> {
  const registry = await box.startService('registry');
  const operator = registry.http(box.keys.operator);
  const artifact = await operator.raw<{ sha256: string }>('POST', '/api/v1/artifacts', anOnnxModel(), {
    headers: { 'content-type': 'application/octet-stream' },
  });
  const tensor = (name: string): object => ({ name, datatype: 'FP32', shape: [-1, 1] });
  const body = { artifact: { sha256: artifact.body.sha256, format: 'onnx' }, signature: { inputs: [tensor('x')], outputs: [tensor('y')] } };
  const ids = new Map<string, string>();
  for (const name of MODELS) {
    ids.set(name, (await operator.post<ModelView>('/api/v1/models', { name })).body.id);
    for (let i = 0; i < 2; i += 1) expect((await operator.post(`/api/v1/models/${name}/versions`, body)).status).toBe(201);
  }
  await registry.stop();
  return ids;
}

/** Three writers, each moving the alias of its model to and fro, until the process is gone. */
async function moveAliasesUntilDead(registry: RunningChild, kill: number, ledger: Ledger): Promise<void> {
  const operator = registry.http(box.keys.operator);
  await Promise.all(MODELS.map((model, writer) => moveAlias(operator, registry, `${model}`, `${kill}-${writer}`, ledger)));
}

async function moveAlias(operator: HttpClient, registry: RunningChild, model: string, name: string, ledger: Ledger): Promise<void> {
  for (let turn = 0, listening = false; registry.running; turn += 1) {
    const reason = `move ${name}-${turn}`;
    try {
      const answer = await operator.put(`/api/v1/models/${model}/aliases/a${name}`, { version: String(1 + (turn % 2)), reason });
      listening = true;
      if (answer.status === 200) ledger.acknowledged.add(reason);
    } catch {
      // Before it listens nothing can have happened, after it died something may have.
      if (listening) ledger.unknown.add(reason);
      await sleep(20);
    }
  }
}

async function pending(registry: RunningChild): Promise<number> {
  for (let attempt = 0; ; attempt += 1) {
    const [row] = await box.query<{ count: string }>('registry', 'select count(*) from outbox where published_at is null');
    if (row?.count === '0' || attempt === 200 || !registry.running) return Number(row?.count);
    await sleep(50);
  }
}

type ModelEvent = SeenEvent<EventMap['model.created' | 'model.registered' | 'model.alias.changed']>;

async function eventsOf(ids: ReadonlyMap<string, string>): Promise<ModelEvent[]> {
  const topics = ['model.created', 'model.registered', 'model.alias.changed'] as const;
  const all = await Promise.all(topics.map((topic) => box.collect(topic, () => true)));
  const own = new Set(ids.values());
  return all.flat().filter((event) => event.key !== null && own.has(event.key)) as ModelEvent[];
}

/** Gaps and contradictions among the events of one model. */
function sequenceFaults(events: readonly ModelEvent[]): string[] {
  const bySequence = new Map<number, string>();
  const faults: string[] = [];
  for (const { data } of events) {
    const known = bySequence.get(data.sequence ?? 0);
    if (known !== undefined && known !== JSON.stringify(data)) faults.push(`sequence ${data.sequence} has two contents`);
    bySequence.set(data.sequence ?? 0, JSON.stringify(data));
  }
  const highest = Math.max(...bySequence.keys());
  for (let sequence = 1; sequence <= highest; sequence += 1) if (!bySequence.has(sequence)) faults.push(`sequence ${sequence} is missing`);
  return faults;
}
