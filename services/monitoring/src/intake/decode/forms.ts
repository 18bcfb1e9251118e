import { HASH_SEED } from '../byte-hash.js';
import { compileForm, type Matcher, type Scanned } from './compile-form.js';
import { type Form, formOf, type Hole, type RouteField } from './form.js';
import { holes, MOST_HOLES } from './scan.js';

/** A producer has one form per model; more than these are met only by those who try. */
const MOST_HEADS = 8;
const MOST_BODIES_PER_ROUTE = 4;
const MOST_BODIES = 4000;
/** Learning costs as much as some dozen events: after this many failures in a row it is tried ever more seldom. */
const PATIENCE = 64;

export type Route = Readonly<Partial<Record<RouteField, string>>>;

/** What is known of the events of one model in one form. */
export interface Body {
  readonly route: Route;
  readonly match: Matcher;
  readonly holes: readonly Hole[];
  /** Number of the first hole of the body. */
  readonly firstHole: number;
  readonly id: number;
  readonly score: number;
  readonly class: number;
  readonly value: number;
  readonly latency: number;
  readonly status: number;
  readonly dropped: number;
  /** Hole of each feature by its name. */
  readonly features: ReadonlyMap<string, number>;
  readonly firstFeature: number;
  readonly lastFeature: number;
  readonly hasFeatures: boolean;
  /** Hole of each segment by its key. */
  readonly segments: ReadonlyMap<string, number>;
  /** Bytes from the brace of the features to their first value, and from their last value to the brace. */
  readonly lead: number;
  readonly tail: number;
  /** How its values are counted against a baseline; kept here by whoever counts. */
  plan: unknown;
  /** The monitor its events belong to; kept here by whoever routes. */
  routed: unknown;
}

interface Head {
  readonly signature: string;
  readonly match: Matcher;
  readonly routeHoles: readonly number[];
  readonly bodies: Map<number, Known[]>;
}

interface Known {
  readonly body: Body;
  /** The bytes of everything that routes, in order. */
  readonly routeBytes: readonly Buffer[];
}

/**
 * The forms of events that were met so far. `read` finds the body whose form an event has; `learn` adds the form of an
 * event that was accepted by the slow way.
 */
export class Forms {
  readonly scanned: Scanned = { holes, timeMs: NaN, routeHash: 0 };
  private readonly heads: Head[] = [];
  private bodies = 0;
  private failures = 0;
  private waits = 0;

  /** Undefined when the bytes are of no known form. */
  read(bytes: Buffer, view: DataView, from: number, to: number): Body | undefined {
    const { scanned } = this;
    for (let i = 0; i < this.heads.length; i += 1) {
      const head = this.heads[i]!;
      scanned.routeHash = HASH_SEED;
      const at = head.match(view, from, to, scanned);
      if (at < 0) continue;
      const known = head.bodies.get(scanned.routeHash);
      if (known === undefined) continue;
      for (const { body, routeBytes } of known) {
        if (body.match(view, at, to, scanned) === to && this.sameRoute(bytes, head, routeBytes)) return body;
      }
    }
    return undefined;
  }

  /** Call it with what `read` did not know and the reference decoder accepted. */
  learn(value: Buffer): void {
    if (this.waits > 0) {
      this.waits -= 1;
      return;
    }
    if (this.bodies < MOST_BODIES && this.add(value)) {
      this.failures = 0;
      return;
    }
    this.failures += 1;
    if (this.failures > PATIENCE) this.waits = Math.min(10_000, this.failures * 10);
  }

  private add(value: Buffer): boolean {
    const form = formOf(value);
    if (form === undefined) return false;
    const head = this.head(form);
    if (head === undefined) return false;
    this.scanned.routeHash = HASH_SEED;
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    const at = head.match(view, 0, value.length, this.scanned);
    if (at < 0) return false;
    const known = head.bodies.get(this.scanned.routeHash) ?? [];
    if (known.length >= MOST_BODIES_PER_ROUTE) return false;
    const { holes } = this.scanned;
    const routeBytes = head.routeHoles.map((hole) => Buffer.from(value.subarray(holes.start[hole]!, holes.end[hole]!)));
    const body = bodyOf(form, routeBytes);
    if (body.match(view, at, value.length, this.scanned) !== value.length) return false;
    head.bodies.set(this.scanned.routeHash, [...known, { body, routeBytes }]);
    this.bodies += 1;
    return true;
  }

  private head(form: Form): Head | undefined {
    const signature = form.head.map(({ literal, hole }) => `${literal.toString('hex')} ${hole?.role ?? ''}`).join('|');
    const found = this.heads.find((head) => head.signature === signature);
    if (found !== undefined) return found;
    if (this.heads.length >= MOST_HEADS) return undefined;
    const routeHoles = form.head.flatMap(({ hole }, index) => (hole?.role === 'route' ? [index] : []));
    const head: Head = { signature, match: compileForm(form.head, 0), routeHoles, bodies: new Map() };
    this.heads.push(head);
    return head;
  }

  private sameRoute(bytes: Buffer, head: Head, routeBytes: readonly Buffer[]): boolean {
    const { start, end } = this.scanned.holes;
    for (let i = 0; i < routeBytes.length; i += 1) {
      const expected = routeBytes[i]!;
      const hole = head.routeHoles[i]!;
      const from = start[hole]!;
      if (end[hole]! - from !== expected.length) return false;
      for (let k = 0; k < expected.length; k += 1) if (bytes[from + k] !== expected[k]) return false;
    }
    return true;
  }
}

function bodyOf(form: Form, routeBytes: readonly Buffer[]): Body {
  const firstHole = form.head.length;
  const all = [...form.head, ...form.body].map(({ hole }) => hole);
  const holes = all.filter((hole) => hole !== undefined);
  const routeFields = form.head.flatMap(({ hole }) => (hole?.role === 'route' ? [hole.field] : []));
  const place = (role: Hole['role']): number => all.findIndex((hole) => hole?.role === role);
  const features = new Map<string, number>();
  const segments = new Map<string, number>();
  all.forEach((hole, index) => {
    if (hole?.role === 'feature') features.set(hole.name, index);
    else if (hole?.role === 'segment') segments.set(hole.name, index);
  });
  const numbers = [...features.values()];
  return {
    route: Object.fromEntries(routeFields.map((field, index) => [field, routeBytes[index]!.toString('latin1')])),
    match: compileForm(form.body, firstHole),
    holes,
    firstHole,
    id: place('id'),
    score: place('score'),
    class: place('class'),
    value: place('value'),
    latency: place('latency'),
    status: place('status'),
    dropped: place('dropped'),
    features,
    firstFeature: Math.min(...numbers, MOST_HOLES),
    lastFeature: Math.max(...numbers, -1),
    hasFeatures: form.features !== undefined,
    segments,
    lead: form.features?.lead ?? 0,
    tail: form.features?.tail ?? 0,
    plan: undefined,
    routed: undefined,
  };
}
