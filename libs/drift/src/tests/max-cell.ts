import type { ComparableCells } from '../cells.js';
import { EFFECT_TAIL } from '../effect.js';
import { wilson } from '../intervals/wilson.js';
import { logBinomialTail } from '../special/beta.js';
import { findRoot } from '../special/root.js';
import type { TestResult } from './chi-square.js';

/**
 * Largest excess of any one cell, by exact binomial tails with Bonferroni, in assured mode: a cell may hold as much as
 * the upper confidence bound of its reference share, moved on by `materiality`. Finds stuck values and defaults.
 */
export function maxCellTest(cells: ComparableCells, materiality: number, assuranceTail: number): TestResult {
  const { reference, window, n, m } = cells;
  const k = reference.length;
  let best: TestResult = { logP: 0, effect: { size: 0, low: 0, high: 0 } };
  for (let i = 0; i < k; i += 1) {
    // Most cells are not even above their reference share.
    if (window[i]! * n <= reference[i]! * m) continue;
    const [, upper] = wilson(reference[i]!, n, (2 * assuranceTail) / k);
    const allowed = shareAtPsi(upper, materiality);
    if (window[i]! <= allowed * m) continue;
    const logP = Math.min(0, logBinomialTail(window[i]!, m, allowed) + Math.log(k));
    if (logP < best.logP) best = { logP, effect: cellEffect(reference[i]!, n, window[i]!, m) };
  }
  return best;
}

function cellEffect(count: number, n: number, seen: number, m: number): TestResult['effect'] {
  const p = (count + 0.5) / (n + 1);
  const [low, high] = wilson(seen, m, 2 * EFFECT_TAIL);
  const [, pHigh] = wilson(count, n, 2 * EFFECT_TAIL);
  return { size: twoCellPsi(p, seen / m), low: low > pHigh ? twoCellPsi(pHigh, low) : 0, high: twoCellPsi(p, high) };
}

/** PSI of "in this cell" against "elsewhere". */
function twoCellPsi(p: number, q: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, q));
  return (inside - p) * (Math.log(inside / p) - Math.log((1 - inside) / (1 - p)));
}

/** The share above p at which the two-cell PSI reaches `materiality`. */
function shareAtPsi(p: number, materiality: number): number {
  if (materiality <= 0 || p >= 1) return p;
  return findRoot((q) => twoCellPsi(p, q) - materiality, p, 1 - 1e-12);
}
