/** Two histograms over the same cells, none of them too thin for a chi-square approximation. */
export interface ComparableCells {
  /** Reference counts, window counts. */
  readonly reference: readonly number[];
  readonly window: readonly number[];
  readonly n: number;
  readonly m: number;
  /** True when thin cells were pooled; the pool is then the last cell, unless it was thin itself and joined another. */
  readonly pooled: boolean;
}

/** Rows a cell must have in the reference, and must expect in the window, to stand alone (Cochran 1954). */
const ENOUGH = 5;

/** Pools cells that are too thin to stand alone. Which ones depends on sizes and the reference, never on the window's shares. */
export function comparableCells(reference: ArrayLike<number>, window: ArrayLike<number>, cells: number): ComparableCells {
  let n = 0;
  let m = 0;
  for (let i = 0; i < cells; i += 1) {
    n += reference[i]!;
    m += window[i]!;
  }
  const enough = (count: number): boolean => count >= ENOUGH && (count * m) / n >= ENOUGH;
  const kept: [number, number][] = [];
  const pool: [number, number] = [0, 0];
  for (let i = 0; i < cells; i += 1) {
    if (enough(reference[i]!)) kept.push([reference[i]!, window[i]!]);
    else {
      pool[0] += reference[i]!;
      pool[1] += window[i]!;
    }
  }
  const pooled = kept.length < cells;
  if (pooled && pool[0] + pool[1] > 0) {
    if (enough(pool[0]) || kept.length < 2) kept.push(pool);
    else {
      const smallest = kept.reduce((least, cell) => (cell[0] < least[0] ? cell : least));
      smallest[0] += pool[0];
      smallest[1] += pool[1];
    }
  }
  return { reference: kept.map((c) => c[0]), window: kept.map((c) => c[1]), n, m, pooled };
}
