import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spansOf } from './otlp.js';

const traceId = 'a'.repeat(32);
const spanId = 'b'.repeat(16);

const exported = (span: object = {}, resource: object = { attributes: [{ key: 'service.name', value: { stringValue: 'registry' } }] }) => ({
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          spans: [
            {
              traceId,
              spanId,
              name: 'POST /x',
              kind: 2,
              startTimeUnixNano: '1700000000123456789',
              endTimeUnixNano: '1700000000125456789',
              ...span,
            },
          ],
        },
      ],
    },
  ],
});

describe('OTLP with JSON', () => {
  test('a span keeps its time with fractions of milliseconds, its kind and its service', () => {
    expect(spansOf(exported())).toEqual([
      {
        traceId,
        spanId,
        parentId: undefined,
        service: 'registry',
        name: 'POST /x',
        kind: 'server',
        startMs: 1_700_000_000_123.456,
        durationMs: 2,
        failed: false,
        attributes: {},
        links: [],
      },
    ]);
  });

  test('attributes of every kind, an error and links are read', () => {
    const [span] = spansOf(
      exported({
        parentSpanId: 'c'.repeat(16),
        status: { code: 2 },
        attributes: [
          { key: 'text', value: { stringValue: 'x' } },
          { key: 'whole', value: { intValue: '7' } },
          { key: 'part', value: { doubleValue: 0.5 } },
          { key: 'yes', value: { boolValue: true } },
          { key: 'list', value: { arrayValue: { values: [] } } },
        ],
        links: [{ traceId: 'd'.repeat(32), spanId: 'e'.repeat(16) }],
      }),
    );
    expect(span).toMatchObject({ parentId: 'c'.repeat(16), failed: true, attributes: { text: 'x', whole: 7, part: 0.5, yes: true } });
    expect(span?.links).toEqual([{ traceId: 'd'.repeat(32), spanId: 'e'.repeat(16) }]);
  });

  test('what is too long or too many is cut', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ key: `k${String(index)}`, value: { stringValue: 'x'.repeat(2000) } }));
    const [span] = spansOf(exported({ attributes: many, name: 'n'.repeat(2000) }));
    expect(Object.keys(span?.attributes ?? {})).toHaveLength(32);
    expect(String(span?.attributes['k0'])).toHaveLength(513);
    expect(span?.name).toHaveLength(513);
  });

  test('a span that ends before it begins has no negative length', () => {
    expect(spansOf(exported({ endTimeUnixNano: '1600000000000000000' }))[0]?.durationMs).toBe(0);
  });

  test.each([
    ['no list', {}, 'resourceSpans must be a list'],
    ['no document', null, 'body must be an object'],
    ['a trace id of the wrong length', exported({ traceId: 'abc' }), 'traceId must be hexadecimal'],
    ['a time in words', exported({ startTimeUnixNano: 'today' }), 'startTimeUnixNano must be nanoseconds'],
    ['links that are no list', exported({ links: {} }), 'links must be a list'],
  ])('%s is refused by name', (_what, body, message) => {
    expect(() => spansOf(body)).toThrow(message);
  });

  test('no document makes it fail in another way than by refusing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        try {
          spansOf(body);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});

test('a name of an attribute is capped like its text, and one without a value is left out', () => {
  const [span] = spansOf({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId,
                startTimeUnixNano: '1',
                endTimeUnixNano: '2',
                attributes: [
                  { key: 'k'.repeat(9000), value: { stringValue: 'v' } },
                  { key: 'none', value: null },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(Object.keys(span?.attributes ?? {}).map((key) => key.length)).toEqual([513]);
});
