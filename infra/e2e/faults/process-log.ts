/** What the log of one process says about its unfinished work. */
export interface WorkSeen {
  /** By partition, up to which offset it had read what it had not given up. */
  readonly read: ReadonlyMap<number, number>;
  /** Flushes that found that another process had moved the position. */
  readonly refused: number;
  /** Flushes that the database did not take. */
  readonly failed: number;
}

/** The other topics of the intake have partitions of the same numbers. */
const TOPIC = 'prediction.logged';

interface Line {
  readonly topic?: string;
  readonly msg?: string;
  readonly partition?: number;
  readonly next?: string;
  readonly why?: string;
}

/** Reads the lines of the intake: what it read, what it gave up, what was refused. */
export function workIn(lines: readonly string[]): WorkSeen {
  const read = new Map<number, number>();
  let refused = 0;
  let failed = 0;
  for (const text of lines) {
    const kind = kindOf(text);
    if (kind === undefined) continue;
    const line = parse(text);
    if (line?.partition === undefined || (line.topic ?? TOPIC) !== TOPIC) continue;
    if (kind === 'read') {
      if (line.next !== undefined) read.set(line.partition, Number(line.next));
      continue;
    }
    // Whatever it was, it is not in memory any more.
    read.delete(line.partition);
    if (kind === 'given up' && line.why?.includes('another process moved the position') === true) refused += 1;
    if (kind === 'failed') failed += 1;
  }
  return { read, refused, failed };
}

function kindOf(text: string): 'read' | 'given up' | 'failed' | 'aligned' | undefined {
  if (text.includes('"records read"')) return 'read';
  if (text.includes('"unflushed records"')) return 'given up';
  if (text.includes('"partition aligned"')) return 'aligned';
  return text.includes('"a flush failed, its records are read again"') ? 'failed' : undefined;
}

/** The last line of a killed process may be half a line. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
