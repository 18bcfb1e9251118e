import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ARegistry, digestOf, problem, signature } from './a-registry.js';
import { anOnnxModel } from './an-onnx-model.js';

let registry: ARegistry;

beforeAll(async () => {
  registry = await ARegistry.start('registry_content');
}, 120_000);

afterAll(() => registry?.box.dispose());

describe('artifacts', () => {
  test('are stored under their digest and served back with it', async () => {
    const bytes = anOnnxModel({ note: 'round trip' });
    const stored = await registry.upload(bytes, { 'x-content-sha256': digestOf(bytes) });
    expect(stored.status).toBe(201);
    expect(stored.body).toEqual({
      uri: `/api/v1/artifacts/${digestOf(bytes)}`,
      sha256: digestOf(bytes),
      bytes: bytes.length,
      format: 'onnx',
    });
    expect((await registry.upload(bytes)).status).toBe(200);

    const response = await fetch(`${registry.child.url}${stored.body.uri}`, {
      headers: { authorization: `Bearer ${registry.box.keys.viewer}` },
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('x-content-sha256')).toBe(digestOf(bytes));
    const head = await registry.operator.raw('HEAD', stored.body.uri, undefined);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  test('with another digest than announced are refused and leave nothing', async () => {
    const bytes = anOnnxModel({ note: 'wrong digest' });
    const answer = await registry.upload(bytes, { 'x-content-sha256': 'a'.repeat(64) });
    expect(answer.status).toBe(422);
    expect(problem(answer)).toMatchObject({ code: 'DBR-ARTIFACT-DIGEST', errors: [{ field: 'X-Content-SHA256' }] });
    expect((await registry.operator.get(`/api/v1/artifacts/${digestOf(bytes)}`)).status).toBe(404);
  });

  test.each([
    ['a pickle', Buffer.from([0x80, 4, 0x95]), 422, 'DBR-ARTIFACT-FORMAT'],
    ['a zip archive', Buffer.from('PK\u0003\u0004'), 422, 'DBR-ARTIFACT-FORMAT'],
    ['nothing', Buffer.alloc(0), 422, 'DBR-ARTIFACT-FORMAT'],
    ['more than the limit', Buffer.alloc(20_000_000, 8), 413, 'DBR-ARTIFACT-TOO-LARGE'],
  ])('that are %s are refused', async (_, bytes, status, code) => {
    const answer = await registry.upload(bytes);
    expect([answer.status, problem(answer).code]).toEqual([status, code]);
  });

  test('sent as JSON are refused with the way out', async () => {
    const answer = await registry.operator.post('/api/v1/artifacts', { model: 1 });
    expect([answer.status, problem(answer).code]).toEqual([415, 'DBR-CONTENT-TYPE']);
  });

  test.each([
    '..%2f..%2f..%2fetc%2fpasswd',
    '%252e%252e%252fetc%252fpasswd',
    '%2e%2e',
    'incoming',
    'A'.repeat(64),
    `${'a'.repeat(64)}%00`,
    '..%5c..%5csecret',
    '%EF%BC%8E%EF%BC%8E',
  ])('cannot be reached by %s', async (name) => {
    const answer = await registry.operator.get(`/api/v1/artifacts/${name}`);
    expect([400, 404]).toContain(answer.status);
    expect(JSON.stringify(answer.body)).not.toContain('root:');
  });

  test('that changed on the disk are never served nor registered', async () => {
    const bytes = anOnnxModel({ note: 'will rot' });
    const { sha256, uri } = (await registry.upload(bytes)).body;
    const store = join(registry.box.env('registry')['DRAWBRIDGE_DATA_DIR']!, 'artifacts');
    await writeFile(join(store, sha256.slice(0, 2), sha256), anOnnxModel({ note: 'evil' }));

    const read = await registry.operator.get(uri);
    expect([read.status, problem(read).code]).toEqual([500, 'DBR-ARTIFACT-CORRUPT']);
    await registry.aModel('rotten');
    const registered = await registry.operator.post('/api/v1/models/rotten/versions', { artifact: { sha256, format: 'onnx' }, signature });
    expect([registered.status, problem(registered).code]).toEqual([500, 'DBR-ARTIFACT-CORRUPT']);

    await rm(join(store, sha256.slice(0, 2), sha256));
    const lost = await registry.operator.get(uri);
    expect([lost.status, problem(lost).code]).toEqual([500, 'DBR-ARTIFACT-LOST']);

    await registry.upload(bytes);
    expect((await registry.operator.get(uri)).status).toBe(200);
    expect(await readdir(join(store, 'incoming'))).toEqual([]);
  });
});

describe('baselines', () => {
  const sample = {
    features: [{ name: 'x', kind: 'numeric' }],
    columns: { x: Array.from({ length: 500 }, (_, i) => i % 50) },
  };

  test('are made from a sample and the same when sent again as a profile', async () => {
    const made = await registry.operator.post<{ sha256: string; bytes: number; n: number; uri: string }>('/api/v1/baselines', sample);
    expect([made.status, made.body.n]).toEqual([201, 500]);
    const document = await fetch(`${registry.child.url}${made.body.uri}`, {
      headers: { authorization: `Bearer ${registry.box.keys.viewer}` },
    });
    const again = await registry.operator.post<{ sha256: string }>('/api/v1/baselines', await document.json());
    expect([again.status, again.body.sha256]).toEqual([200, made.body.sha256]);
  });

  test('that cannot be used are refused by field', async () => {
    const answer = await registry.operator.post('/api/v1/baselines', { ...sample, features: [{ name: 'x', kind: 'colour' }] });
    expect([answer.status, problem(answer).code]).toEqual([422, 'DBR-BASELINE-INVALID']);
    expect(problem(answer).errors).toEqual([{ field: 'features.0.kind', message: 'must be numeric, categorical or calendar' }]);
  });

  test('may be larger than other bodies', async () => {
    const answer = await registry.operator.post('/api/v1/baselines', {
      ...sample,
      columns: { x: Array.from({ length: 400_000 }, (_, i) => i / 7) },
    });
    expect(answer.status).toBe(201);
  });
});
