import type { Hole, Piece } from './form.js';
import { place } from './kernel.js';
import {
  BLOCK,
  READ_COUNT,
  READ_END,
  READ_NAME,
  READ_NUMBER,
  READ_POSITIVE,
  READ_ROUTE,
  READ_SCALAR,
  READ_SHORT_TEXT,
  READ_STATUS,
  READ_TIME,
} from './kernel-layout.js';

/** Where the pieces of a form stand in the memory of the kernel. */
export type Program = number;

const READS: Readonly<Record<Hole['role'], number>> = {
  id: READ_NAME,
  class: READ_NAME,
  route: READ_ROUTE,
  segment: READ_SHORT_TEXT,
  time: READ_TIME,
  status: READ_STATUS,
  score: READ_NUMBER,
  latency: READ_POSITIVE,
  dropped: READ_COUNT,
  feature: READ_SCALAR,
  value: READ_SCALAR,
  ignored: READ_SCALAR,
};

/**
 * Writes pieces down for the kernel: the head of each and then its bytes, in blocks of which the last is filled up. Names
 * come from strangers: they are data, compared and never run. Undefined when there is no room any more.
 */
export function programOf(pieces: readonly Piece[], firstHole: number): Program | undefined {
  const closed = pieces.at(-1)?.hole === undefined ? pieces : [...pieces, { literal: Buffer.alloc(0), hole: undefined }];
  const view = place(closed.reduce((sum, { literal }) => sum + BLOCK + blocksOf(literal) * BLOCK, 0));
  if (view === undefined) return undefined;
  let at = 0;
  closed.forEach(({ literal, hole }, index) => {
    const blocks = blocksOf(literal);
    const last = literal.length - (blocks - 1) * BLOCK;
    view.setUint32(at, literal.length, true);
    view.setUint32(at + 4, 2 ** last - 1, true);
    view.setUint32(at + 8, hole === undefined ? READ_END : READS[hole.role], true);
    view.setUint32(at + 12, 4 * (firstHole + index), true);
    new Uint8Array(view.buffer, view.byteOffset + at + BLOCK).set(literal);
    at += BLOCK + blocks * BLOCK;
  });
  return view.byteOffset;
}

/** One at least: the kernel always compares the last one. */
function blocksOf(literal: Buffer): number {
  return Math.max(1, Math.ceil(literal.length / BLOCK));
}
