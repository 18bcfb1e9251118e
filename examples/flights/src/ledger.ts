/** What was sent, so that anyone can compare it with what was counted. */
export interface LedgerRow {
  /** Original date, e.g. 2001-03-05. */
  readonly day: string;
  /** The same day after the shift: the daily window of the monitor. */
  readonly windowStart: string;
  readonly version: string;
  readonly variant?: string;
  /** Written to Kafka by the producer. */
  readonly logged: number;
  /** Answered by the model server, which logs them itself. */
  readonly inferred: number;
  readonly total: number;
}

export class Ledger {
  private readonly rows = new Map<string, { -readonly [K in keyof LedgerRow]: LedgerRow[K] }>();

  add(day: string, windowStart: string, version: string, variant: string | undefined, way: 'logged' | 'inferred'): void {
    const key = `${day}/${version}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = { day, windowStart, version, ...(variant && { variant }), logged: 0, inferred: 0, total: 0 };
      this.rows.set(key, row);
    }
    row[way] += 1;
    row.total += 1;
  }

  /** One line per day and version, in the order in which they were first sent. */
  list(filter: { day?: string; version?: string } = {}): LedgerRow[] {
    return [...this.rows.values()].filter((row) => (filter.day ?? row.day) === row.day && (filter.version ?? row.version) === row.version);
  }

  total(filter: { day?: string; version?: string } = {}): number {
    return this.list(filter).reduce((sum, row) => sum + row.total, 0);
  }
}
