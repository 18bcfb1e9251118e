import { HASH_SEED, hashOf } from '../byte-hash.js';
import { KERNEL } from './kernel.generated.js';
import {
  ARENA,
  ENDS,
  HASHES,
  KINDS,
  MEMORY_PAGES,
  MOST_HOLES,
  NUMBERS,
  PAGE_BYTES,
  ROUTE_HASH,
  SLAB,
  SLAB_BYTES,
  STARTS,
  TIME,
} from './kernel-layout.js';

/** Bytes that are copied at once, unless a record has more: as many as the caches of a processor keep at hand. */
const COPIED = 65_536;

export const ERROR_HASH = hashOf('error');

interface Kernel {
  readonly memory: ArrayBuffer;
  /** Where the bytes end that a program fits, or 0; all places are those of the slab, `shift` leads to the batch's. */
  readonly match: (program: number, at: number, to: number, shift: number) => number;
  /** Puts the values of the last match into a row of columns; `holes` is where the list of theirs stands. */
  readonly keepRow: (holes: number, count: number, row: number, columnBytes: number) => void;
  /** Counts the rows that are listed in `rows`; returns the number of `cells`. */
  readonly countColumn: (column: number, values: number, count: number) => number;
}

/** The part of the global object that is used here; the types of the runtime do not have it. */
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** Where the processor or the runtime cannot run it, nothing ever fits: then the reference decoder reads everything. */
export function loadKernel(bytes: Uint8Array): Kernel {
  try {
    const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyLike }).WebAssembly;
    const { exports } = new Instance(new Module(bytes));
    const { memory, match, keepRow, countColumn, prepare } = exports as unknown as Omit<Kernel, 'memory'> & {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly prepare: (seed: number, ok: number, error: number) => void;
    };
    prepare(HASH_SEED, hashOf('ok'), ERROR_HASH);
    return { memory: memory.buffer, match, keepRow, countColumn };
  } catch (error) {
    process.emitWarning(`events are read by the slow way: ${error instanceof Error ? error.message : String(error)}`);
    return { memory: new ArrayBuffer(MEMORY_PAGES * PAGE_BYTES), match: () => 0, keepRow: () => undefined, countColumn: () => 0 };
  }
}

export const { memory, match, keepRow, countColumn } = loadKernel(Buffer.from(KERNEL, 'base64'));

/** Values of the one event that is being read, by hole; overwritten by the next one. */
export const holes = {
  kind: new Uint8Array(memory, KINDS, MOST_HOLES),
  number: new Float64Array(memory, NUMBERS, MOST_HOLES),
  /** Position of the value, a text without its quotes. */
  start: new Int32Array(memory, STARTS, MOST_HOLES),
  end: new Int32Array(memory, ENDS, MOST_HOLES),
  /** `hashOf` a text. */
  hash: new Int32Array(memory, HASHES, MOST_HOLES),
} as const;

export type Holes = typeof holes;

const time = new Float64Array(memory, TIME, 1);
const routeHash = new Int32Array(memory, ROUTE_HASH, 1);

/** When the event that was matched last happened, in milliseconds since 1970. */
export const matchedTime = (): number => time[0]!;
/** Hash of everything that routes in what was matched last. */
export const matchedRoute = (): number => routeHash[0]!;

const slabBytes = new Uint8Array(memory, SLAB, SLAB_BYTES);
/** What is in the slab: bytes of a batch, from a position on to another. */
const slab: { bytes: Uint8Array; from: number; to: number } = { bytes: new Uint8Array(), from: 0, to: 0 };

/** To be called for every batch: the same memory may hold another one. */
export function forgetSlab(): void {
  slab.to = 0;
}

/**
 * Brings bytes to where the kernel reads, together with those that follow. Returns what leads from a position in the slab
 * to one in the bytes. There must be no more than a slab has room for.
 */
export function shiftTo(bytes: Uint8Array, from: number, to: number): number {
  if (bytes !== slab.bytes || from < slab.from || to > slab.to) {
    slab.bytes = bytes;
    slab.from = from;
    slab.to = Math.min(bytes.length, Math.max(to, from + COPIED));
    slabBytes.set(bytes.subarray(from, slab.to));
  }
  return slab.from - SLAB;
}

const arena = { at: ARENA };

/** A new place for a program, or undefined when no more can be kept: they stay for as long as the process runs. */
export function place(bytes: number): DataView | undefined {
  const { at } = arena;
  if (at + bytes > memory.byteLength) return undefined;
  arena.at += bytes;
  return new DataView(memory, at, bytes);
}

/** Gives back the place that was taken last. */
export function giveBack(program: number): void {
  arena.at = program;
}
