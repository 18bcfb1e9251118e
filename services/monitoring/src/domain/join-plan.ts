/** Labels that came, by the day their prediction's id was made; undefined when the ids do not say. */
export interface ArrivedDay {
  readonly dayMs: number | undefined;
  readonly labels: number;
}

export interface Stored {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
}

/** Fewer are always looked up one by one. */
const FEW = 20_000;
/** Reading a partition as a whole costs about as much as looking up one label for so many of its bytes. */
const BYTES_A_LABEL = 3000;

/** Is it cheaper to read all of so many bytes once than to look up so many labels? */
export function worthReading(labels: number, bytes: number): boolean {
  return labels >= FEW && labels * BYTES_A_LABEL >= bytes;
}

/**
 * The partitions that are read as a whole, each against the labels whose ids were made in its time. All other labels are
 * looked up by key.
 */
export function partitionsToRead(days: readonly ArrivedDay[], partitions: readonly Stored[]): Stored[] {
  return partitions.filter(({ fromMs, toMs, bytes }) => {
    const near = days.filter(({ dayMs }) => dayMs !== undefined && dayMs >= fromMs && dayMs < toMs);
    return worthReading(
      near.reduce((sum, { labels }) => sum + labels, 0),
      bytes,
    );
  });
}
