/** One CloudEvents source per aggregate: `sequence` counts per source. */
export function sourceOf(installation: string, service: string, aggregateType: string, aggregateId: string): string {
  return `/drawbridge/${installation}/${service}/${aggregateType}/${encodeURIComponent(aggregateId)}`;
}
