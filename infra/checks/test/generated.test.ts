import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stale, write } from '../src/generated.js';
import { contractViews } from '../src/views/contract.js';
import { fieldsOf } from '../src/views/fields.js';
import { undocumented } from '../src/views/interfaces.js';

const views = [
  { path: 'docs/a.md', content: 'a\n' },
  { path: 'docs/contract/schemas/model.created.json', content: '{}\n' },
];

describe('generated views', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'drawbridge-generated-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('are written where they are missing, and then agree', () => {
    expect(stale(root, views)).toEqual(['docs/a.md is missing', 'docs/contract/schemas/model.created.json is missing']);
    expect(write(root, views)).toEqual(['docs/a.md', 'docs/contract/schemas/model.created.json']);
    expect(readFileSync(join(root, 'docs/a.md'), 'utf8')).toBe('a\n');
    expect([stale(root, views), write(root, views)]).toEqual([[], []]);
  });

  test('that were edited by hand, or belong to nothing any more, are named and mended', () => {
    write(root, views);
    writeFileSync(join(root, 'docs/a.md'), 'b\n');
    writeFileSync(join(root, 'docs/contract/schemas/model.forgotten.json'), '{}');
    expect(stale(root, views)).toEqual([
      'docs/a.md is not what the code says',
      'docs/contract/schemas/model.forgotten.json belongs to nothing any more',
    ]);
    write(root, views);
    expect(stale(root, views)).toEqual([]);
    expect(existsSync(join(root, 'docs/contract/schemas/model.forgotten.json'))).toBe(false);
  });

  test('of the contract are committed as the code says', () => {
    expect(stale(join(import.meta.dirname, '../../..'), contractViews()).filter((text) => !text.includes('belongs to nothing'))).toEqual(
      [],
    );
  });
});

describe('the table of fields', () => {
  test('shows nested objects, lists, maps and choices', () => {
    const text = { type: 'string' };
    const fields = fieldsOf({
      required: ['a'],
      properties: {
        a: { type: 'object', properties: { b: { type: 'integer', description: 'how many' } } },
        c: { type: 'array', items: { properties: { d: { anyOf: [{ const: 'x' }, { type: 'null' }] } } } },
        e: { type: 'object', patternProperties: { '^(.*)$': text } },
        f: { type: 'array', items: [text, { format: 'date-time' }] },
      },
    });
    expect(fields.map(({ name, type, required }) => `${name}: ${type}${required ? '!' : ''}`)).toEqual([
      'a: object!',
      'a.b: integer',
      'c: list of any',
      'c[].d: `x` | null',
      'e: map of string',
      'f: [string, date-time]',
    ]);
  });
});

test('a route that no document tells of is named; the ones of every service and forwarded ones are not', () => {
  const route = { method: 'GET', public: true };
  expect(
    undocumented([
      {
        service: 'serving',
        handlers: null,
        openapi: { paths: { '/v2/models/{model}': { get: {} } } },
        routes: [
          { ...route, path: '/v2/models/:model' },
          { ...route, path: '/v2/secret' },
          { ...route, path: '/metrics' },
          { ...route, path: '/api/v1/models', forwarded: true },
        ],
      },
    ]),
  ).toEqual(['serving answers GET /v2/secret, but its OpenAPI document does not tell of it']);
});

const openApiFolder = join(import.meta.dirname, '../../../docs/contract/openapi');

test.each(readdirSync(openApiFolder))('every reference in the committed %s leads somewhere', (file) => {
  const document = JSON.parse(readFileSync(join(openApiFolder, file), 'utf8')) as Record<string, unknown>;
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '');
  const lost = references.filter((path) => {
    let at: unknown = document;
    for (const key of path.split('/')) at = (at as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/')];
    return at === undefined;
  });
  expect(lost).toEqual([]);
  expect(Object.keys(document['paths'] as object).length).toBeGreaterThan(0);
});
