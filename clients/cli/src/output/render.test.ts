import { expect, test } from '@jest/globals';
import { unpainted } from './paint.js';
import { type Format, quoted, render } from './render.js';
import { type Column, list, one, section } from './shown.js';
import { Stream } from './stream.js';

interface Item {
  readonly name: string;
  readonly rows: number;
  readonly inner?: { readonly digest: string };
}

const columns: readonly Column<Item>[] = [
  { title: 'NAME', of: (item) => item.name },
  { title: 'ROWS', of: (item) => item.rows, right: true },
  { title: 'DIGEST', of: (item) => item.inner?.digest, wide: true },
];
const items: readonly Item[] = [
  { name: 'a', rows: 1, inner: { digest: 'd' } },
  { name: 'b', rows: 20 },
];
const view = { columns, name: (item: Item) => item.name };

const text = (shown: Parameters<typeof render>[0], format: Format, field?: string): Promise<string> =>
  render(shown, { format, width: undefined, paint: unpainted, ...(field === undefined ? {} : { field }) });

test.each<[Format, string]>([
  ['table', 'NAME  ROWS\na        1\nb       20\n'],
  ['wide', 'NAME  ROWS  DIGEST\na        1  d\nb       20  -\n'],
  ['name', 'a\nb\n'],
  ['ndjson', '{"name":"a","rows":1,"inner":{"digest":"d"}}\n{"name":"b","rows":20}\n'],
  ['yaml', '- name: a\n  rows: 1\n  inner:\n    digest: d\n- name: b\n  rows: 20\n'],
])('a list as %s', async (format, expected) => {
  expect(await text(list(items, view), format)).toBe(expected);
});

test('an empty list is valid in every machine format, and silent for people', async () => {
  const empty = list<Item>([], view);
  expect(await text(empty, 'json')).toBe('[]\n');
  expect(await text(empty, 'ndjson')).toBe('');
  expect(await text(empty, 'table')).toBe('');
  expect(await text(empty, 'name')).toBe('');
});

test('one thing is a line per field, with its parts below', async () => {
  const shown = one(items[0] as Item, {
    ...view,
    sections: (item) => [section('Parts', [item], columns.slice(0, 1)), section('None', [], columns)],
  });
  expect(await text(shown, 'table')).toBe('NAME    a\nROWS    1\nDIGEST  d\n\nParts\n  NAME\n  a\n');
  expect(JSON.parse(await text(shown, 'json'))).toEqual(items[0]);
});

test('a field is taken of one, of every item, or of the one at an index', async () => {
  expect(await text(one(items[0] as Item, view), 'table', 'inner.digest')).toBe('d\n');
  expect(await text(list(items, view), 'table', 'name')).toBe('a\nb\n');
  expect(await text(list(items, view), 'table', 'inner.digest')).toBe('d\n\n');
  expect(await text(list(items, view), 'table', '1.name')).toBe('b\n');
  expect(await text(list(items, view), 'json', 'nothing.there')).toBe('[\n  null,\n  null\n]\n');
  expect(await text(one(items[0] as Item, view), 'table', '__proto__.x')).toBe('\n');
});

test('exports survive a shell', async () => {
  expect(await text(one(items[1] as Item, view), 'env')).toBe('export DRAWBRIDGE_NAME=b\nexport DRAWBRIDGE_ROWS=20\n');
  expect(quoted("it's $(rm)")).toBe(String.raw`'it'\''s $(rm)'`);
  await expect(text(list(items, view), 'env')).rejects.toMatchObject({ exitCode: 2 });
});

test('a stream of JSON is one array, also when nothing came', async () => {
  for (const [count, expected] of [
    [0, '[]\n'],
    [2, '[\n{"n":0},\n{"n":1}\n]\n'],
  ] as const) {
    let written = '';
    const stream = new Stream('json', async (part) => void (written += part));
    for (let n = 0; n < count; n += 1) await stream.item({ n }, 'text', 'name');
    await stream.end();
    expect(written).toBe(expected);
  }
});
