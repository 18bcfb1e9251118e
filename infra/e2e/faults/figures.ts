import type { Findings } from './checker.js';

/** The findings as one level of numbers, for a line of the evidence. */
export function figuresOf({ windows, rows, windowError, accounts, announced }: Findings): Record<string, number> {
  return {
    records: accounts.consumed,
    rows,
    windows,
    windowError,
    deduplicated: accounts.deduplicated,
    beyondHorizon: accounts.beyondHorizon,
    windowsAnnounced: announced.windows.distinct,
    windowsExpected: announced.windows.expected,
    driftAnnounced: announced.drift.distinct,
    driftExpected: announced.drift.expected,
  };
}
