import { isUtf8 } from 'node:buffer';
import { type Token, tokensOf } from './tokens.js';

/** Fields that say which monitor a prediction belongs to. */
export const ROUTE_FIELDS = ['project', 'model', 'version', 'endpoint', 'deploymentId'] as const;
export type RouteField = (typeof ROUTE_FIELDS)[number];

/** One value of an event whose content varies. */
export type HoleRole =
  | { readonly role: 'id' | 'time' | 'score' | 'class' | 'value' | 'latency' | 'status' | 'dropped' | 'ignored' }
  | { readonly role: 'route'; readonly field: RouteField }
  | { readonly role: 'feature' | 'segment'; readonly name: string };

export type Hole = HoleRole & {
  /** It is read as a text whose quotes belong to the bytes around it; else as any scalar. */
  readonly text: boolean;
};

/** Bytes that every event of the form has, and then a value. The last piece has none. */
export interface Piece {
  readonly literal: Buffer;
  readonly hole: Hole | undefined;
}

/**
 * The form of the events of one producer: the same keys in the same order with the same white space. Up to the last field
 * that routes it is the head, shared by all models; the rest is one model's body.
 */
export interface Form {
  readonly head: readonly Piece[];
  readonly body: readonly Piece[];
  /** Bytes from the features' opening brace to their first value, and from their last value to the closing one. */
  readonly features: { readonly lead: number; readonly tail: number } | undefined;
}

const TEXT_ROLES: ReadonlySet<string> = new Set(['id', 'time', 'route', 'class', 'status', 'segment']);
// Maps: a key may have the name of something that every object inherits.
const TOP: ReadonlyMap<string, 'id' | 'time' | 'latency' | 'status' | 'dropped'> = new Map([
  ['predictionId', 'id'],
  ['time', 'time'],
  ['latencyMs', 'latency'],
  ['status', 'status'],
  ['dropped', 'dropped'],
]);
const OUTPUT: ReadonlyMap<string, 'score' | 'class' | 'value'> = new Map([
  ['score', 'score'],
  ['class', 'class'],
  ['value', 'value'],
]);

/** What may stand before the last field that routes. */
const EARLY_ROLES: ReadonlySet<string> = new Set(['route', 'id', 'time', 'segment', 'ignored']);

/** Learns the form of one event that was accepted. Undefined when it is none that can be read by position. */
export function formOf(value: Buffer): Form | undefined {
  // What is kept of an event are its bytes, and text that is none cannot be stored.
  if (!isUtf8(value)) return undefined;
  const text = value.toString('latin1');
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const found = holesOf(tokens, value);
  if (found === undefined) return undefined;
  const lastRoute = found.findLastIndex(({ hole }) => hole.role === 'route');
  // What routes must be known before what it routes.
  const early = found.slice(0, lastRoute + 1).every(({ hole }) => EARLY_ROLES.has(hole.role));
  const roles = new Set(found.map(({ hole }) => hole.role));
  if (lastRoute < 0 || !early || !roles.has('id') || !roles.has('time')) return undefined;
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, hole } of found) {
    pieces.push({ literal: value.subarray(at, start), hole });
    at = end;
  }
  pieces.push({ literal: value.subarray(at), hole: undefined });
  return {
    head: pieces.slice(0, lastRoute + 1).map(copied),
    body: pieces.slice(lastRoute + 1).map(copied),
    features: bracesOf(tokens, found),
  };
}

function bracesOf(tokens: readonly Token[], found: readonly Found[]): Form['features'] {
  const key = tokens.findIndex((token) => token.kind === 'key' && token.text === 'features');
  const open = tokens[key + 1];
  if (key < 0 || open?.kind !== 'open') return undefined;
  const close = tokens.find((token) => token.kind === 'close' && token.start > open.start)!;
  const features = found.filter(({ hole }) => hole.role === 'feature');
  const [first, last] = [features[0], features.at(-1)];
  return first === undefined ? { lead: 0, tail: 0 } : { lead: first.start - open.start, tail: close.end - last!.end };
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly hole: Hole;
}

function holesOf(tokens: readonly Token[], value: Buffer): Found[] | undefined {
  const found: Found[] = [];
  const path: string[] = [];
  const seen = [new Set<string>()];
  let key = '';
  for (const token of tokens) {
    if (token.kind === 'key') {
      // Of a repeated key JSON.parse keeps the last value.
      if (seen.at(-1)!.has(token.text)) return undefined;
      seen.at(-1)!.add(token.text);
      key = value.toString('utf8', token.start, token.end);
    } else if (token.kind === 'open') {
      path.push(path.length === 0 ? '' : key);
      seen.push(new Set());
    } else if (token.kind === 'close') {
      path.pop();
      seen.pop();
    } else {
      const hole = holeOf(path, key, token.quoted);
      if (hole === undefined) return undefined;
      const outside = hole.text ? 0 : token.quoted ? 1 : 0;
      found.push({ start: token.start - outside, end: token.end + outside, hole });
    }
  }
  return found;
}

function holeOf(path: readonly string[], key: string, quoted: boolean): Hole | undefined {
  const role = roleOf(path, key);
  if (role === undefined) return undefined;
  const text = TEXT_ROLES.has(role.role);
  return text && !quoted ? undefined : { ...role, text };
}

function roleOf(path: readonly string[], key: string): HoleRole | undefined {
  const [, parent, ...deeper] = path;
  if (parent === undefined) {
    const route = ROUTE_FIELDS.find((field) => field === key);
    if (route !== undefined) return { role: 'route', field: route };
    if (key === 'features' || key === 'output' || key === 'segments') return undefined;
    return { role: TOP.get(key) ?? 'ignored' };
  }
  if (parent === 'features') return deeper.length === 0 ? { role: 'feature', name: key } : undefined;
  if (parent === 'segments') return deeper.length === 0 ? { role: 'segment', name: key } : undefined;
  if (parent === 'output' && deeper.length === 0) return { role: OUTPUT.get(key) ?? 'ignored' };
  return { role: 'ignored' };
}

function copied(piece: Piece): Piece {
  return { literal: Buffer.from(piece.literal), hole: piece.hole };
}
