import { type Form, formOf, type Hole, type RouteField } from './form.js';
import { forgetSlab, giveBack, type Holes, holes, match, matchedRoute, matchedTime, shiftTo } from './kernel.js';
import { MOST_HOLES, SLAB_BYTES } from './kernel-layout.js';
import { type Program, programOf } from './program.js';

/** A producer has one form per model; more than these are met only by those who try. */
const MOST_HEADS = 8;
const MOST_BODIES_PER_ROUTE = 4;
const MOST_BODIES = 4000;
/** Learning costs as much as some dozen events: after this many failures in a row it is tried ever more seldom. */
const PATIENCE = 64;

/** What one event says, besides what its form says already. */
export interface Scanned {
  readonly holes: Holes;
  timeMs: number;
}

export type Route = Readonly<Partial<Record<RouteField, string>>>;

/** What is known of the events of one model in one form. */
export interface Body {
  readonly route: Route;
  readonly program: Program;
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
  readonly program: Program;
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
  readonly scanned: Scanned = { holes, timeMs: NaN };
  private readonly heads: Head[] = [];
  private bodies = 0;
  private failures = 0;
  private waits = 0;
  /** Of the batch in use. */
  private bytes: Uint8Array = new Uint8Array();

  /** Takes up the bytes of a batch. */
  use(bytes: Uint8Array): void {
    this.bytes = bytes;
    forgetSlab();
  }

  /** An event of the batch. Undefined when it is of no known form. */
  read(start: number, end: number): Body | undefined {
    if (end - start > SLAB_BYTES) return undefined;
    const { bytes, heads, scanned } = this;
    const shift = shiftTo(bytes, start, end);
    const from = start - shift;
    const to = end - shift;
    for (let i = 0; i < heads.length; i += 1) {
      const head = heads[i]!;
      const at = match(head.program, from, to, shift);
      if (at === 0) continue;
      const known = head.bodies.get(matchedRoute());
      if (known === undefined) continue;
      for (let k = 0; k < known.length; k += 1) {
        const { body, routeBytes } = known[k]!;
        if (match(body.program, at, to, shift) !== to || !sameRoute(bytes, head, routeBytes)) continue;
        scanned.timeMs = matchedTime();
        return body;
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
    const form = value.length > SLAB_BYTES ? undefined : formOf(value);
    if (form === undefined || form.head.length + form.body.length > MOST_HOLES) return false;
    const head = this.head(form);
    if (head === undefined) return false;
    forgetSlab();
    const shift = shiftTo(value, 0, value.length);
    const at = match(head.program, -shift, value.length - shift, shift);
    if (at === 0) return false;
    const routeHash = matchedRoute();
    const known = head.bodies.get(routeHash) ?? [];
    if (known.length >= MOST_BODIES_PER_ROUTE) return false;
    const routeBytes = head.routeHoles.map((hole) => Buffer.from(value.subarray(holes.start[hole]!, holes.end[hole]!)));
    const body = bodyOf(form, routeBytes);
    if (body === undefined) return false;
    if (match(body.program, at, value.length - shift, shift) !== value.length - shift) {
      giveBack(body.program);
      return false;
    }
    head.bodies.set(routeHash, [...known, { body, routeBytes }]);
    this.bodies += 1;
    return true;
  }

  private head(form: Form): Head | undefined {
    const signature = form.head.map(({ literal, hole }) => `${literal.toString('hex')} ${hole?.role ?? ''}`).join('|');
    const found = this.heads.find((head) => head.signature === signature);
    if (found !== undefined) return found;
    const program = this.heads.length < MOST_HEADS ? programOf(form.head, 0) : undefined;
    if (program === undefined) return undefined;
    const routeHoles = form.head.flatMap(({ hole }, index) => (hole?.role === 'route' ? [index] : []));
    const head: Head = { signature, program, routeHoles, bodies: new Map() };
    this.heads.push(head);
    return head;
  }
}

function sameRoute(bytes: Uint8Array, head: Head, routeBytes: readonly Buffer[]): boolean {
  const { start, end } = holes;
  for (let i = 0; i < routeBytes.length; i += 1) {
    const expected = routeBytes[i]!;
    const hole = head.routeHoles[i]!;
    const from = start[hole]!;
    if (end[hole]! - from !== expected.length) return false;
    for (let k = 0; k < expected.length; k += 1) if (bytes[from + k] !== expected[k]) return false;
  }
  return true;
}

function bodyOf(form: Form, routeBytes: readonly Buffer[]): Body | undefined {
  const firstHole = form.head.length;
  const program = programOf(form.body, firstHole);
  if (program === undefined) return undefined;
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
    program,
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
