import type { Freshness } from '@drawbridge/contracts';

/** What an answer says of how far it reaches; empty for answers that do not say. */
export function freshnessOf({ asOf, projectedOffset, lag, lagMs }: Partial<Freshness>): Partial<Freshness> {
  if (asOf === undefined || projectedOffset === undefined || lag === undefined || lagMs === undefined) return {};
  return { asOf, projectedOffset, lag, lagMs };
}

/** How far an answer of monitoring reaches, as a sentence; undefined for answers that do not say. */
export function freshText({ asOf, lag }: Partial<Freshness>): string | undefined {
  if (asOf === undefined || lag === undefined) return undefined;
  const since = asOf.startsWith('1970-') ? 'never read to the end' : `as of ${asOf.replace(/\.\d+Z$/, 'Z')}`;
  return `${since}, ${lag === 0 ? 'nothing' : `${String(lag)} record${lag === 1 ? '' : 's'}`} behind`;
}

/** Several sentences for people, one per line. */
export function notes(...texts: readonly (string | undefined)[]): { note?: string } {
  const said = texts.filter((text) => text !== undefined);
  return said.length === 0 ? {} : { note: said.join('\n') };
}
