/** A row of processes that stop together, with the time that must be left for it however slow the rows before were. */
export interface StopRow {
  readonly names: readonly string[];
  readonly reserveMs: number;
}

/** The whole stop stays below ten seconds. */
export const stopBudgetMs = 9_500;

/** How long the row at the index may take: all that is left but what later rows must have. */
export function graceFor(rows: readonly StopRow[], index: number, elapsedMs: number): number {
  const later = rows.slice(index + 1).reduce((sum, row) => sum + row.reserveMs, 0);
  return Math.max(rows[index]?.reserveMs ?? 0, stopBudgetMs - elapsedMs - later);
}
