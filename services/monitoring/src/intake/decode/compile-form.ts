import { hashOf } from '../byte-hash.js';
import type { Hole, Piece } from './form.js';
import { type Holes, LONG_NUMBER, scanScalar, scanText } from './scan.js';
import { scanTime } from './scan-time.js';

/** Besides the holes, what one event says of itself. */
export interface Scanned {
  readonly holes: Holes;
  timeMs: number;
  /** Hash of everything that routes. */
  routeHash: number;
}

/** Matches the bytes from `at` against a form. Returns where it ends, or -1 when the bytes are of another form. */
export type Matcher = (view: DataView, at: number, to: number, out: Scanned) => number;

/**
 * Compiles pieces into one straight function. Names come from strangers: they go in as numbers, four bytes at a time,
 * never as source text. Only whole numbers made here are written into the source.
 */
export function compileForm(pieces: readonly Piece[], firstHole: number): Matcher {
  const lines: string[] = ['let p = at;', 'const holes = out.holes;', 'let c = 0;'];
  pieces.forEach(({ literal, hole }, index) => {
    lines.push(...literalLines(literal));
    if (hole !== undefined) lines.push(...holeLines(hole, firstHole + index));
  });
  lines.push('return p;');
  const source = `return function match(view, at, to, out) {\n${lines.join('\n')}\n};`;
  // oxlint-disable-next-line typescript/no-implied-eval -- the source holds whole numbers and fixed text only; see above
  const make = new Function('scanText', 'scanScalar', 'scanTime', source) as (...readers: readonly unknown[]) => Matcher;
  return make(scanText, scanScalar, scanTime);
}

function literalLines(literal: Buffer): string[] {
  if (literal.length === 0) return [];
  const tests: string[] = [];
  let at = 0;
  for (; at + 4 <= literal.length; at += 4) tests.push(`view.getInt32(p + ${at}, true) !== ${literal.readInt32LE(at)}`);
  for (; at < literal.length; at += 1) tests.push(`view.getUint8(p + ${at}) !== ${literal[at]!}`);
  // The bytes of the next record may lie behind this one, and behind the last there are none.
  return [`if (p + ${literal.length} > to || ${tests.join(' || ')}) return -1;`, `p += ${literal.length};`];
}

function holeLines(hole: Hole, index: number): string[] {
  const text = [`p = scanText(view, p, to, ${index});`, 'if (p < 0) return -1;'];
  const scalar = [`p = scanScalar(view, p, to, ${index});`, 'if (p < 0) return -1;'];
  const number = [...scalar, `if (holes.kind[${index}] > ${LONG_NUMBER}) return -1;`];
  switch (hole.role) {
    case 'id':
    case 'class':
      return [...text, `c = p - holes.start[${index}];`, 'if (c < 1 || c > 200) return -1;'];
    case 'route':
      return [
        ...text,
        `c = p - holes.start[${index}];`,
        'if (c < 1 || c > 200) return -1;',
        `out.routeHash = Math.imul(out.routeHash, 31) + holes.hash[${index}] | 0;`,
      ];
    case 'segment':
      return [...text, `if (p - holes.start[${index}] > 200) return -1;`];
    case 'time':
      return [`out.timeMs = scanTime(view, p, to);`, 'if (out.timeMs !== out.timeMs) return -1;', 'p += 24;'];
    case 'status':
      return [...text, `c = holes.hash[${index}];`, `if (c !== ${hashOf('ok')} && c !== ${hashOf('error')}) return -1;`];
    case 'score':
      return number;
    case 'latency':
      return [...number, `if (holes.number[${index}] < 0) return -1;`];
    case 'dropped':
      return [...number, `if (holes.number[${index}] < 0 || !Number.isSafeInteger(holes.number[${index}])) return -1;`];
    case 'feature':
    case 'value':
    case 'ignored':
      return scalar;
  }
}

export const ERROR_HASH = hashOf('error');
