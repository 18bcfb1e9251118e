import { dayName } from '@drawbridge/example-flights';
import { eventually } from '../outsider/api.js';
import type { FeatureFinding } from '@drawbridge/contracts';
import type { Recorded } from '../outsider/tape.js';
import { must } from './check.js';
import type { Stage } from './stage.js';

export type ClosedWindow = Recorded<'window.closed'>;

/** First announcements of the closed windows of a version, by the original date of the data. */
export function windowsOf(stage: Stage, version: string): Map<string, ClosedWindow> {
  const found = stage.tape.all(
    'window.closed',
    ({ data }) => data.model === stage.model && data.version === version && data.window.revision === 1,
  );
  return new Map(found.map((event) => [originalDay(stage, event.data.window.start), event]));
}

/** The date of 2001 that a window stands for. */
export function originalDay(stage: Stage, start: string): string {
  return dayName(Date.parse(start) - stage.replay.shiftMs);
}

/** Every row that was sent for these days and this version has been counted: by the window's last revision, exactly. */
export async function allCounted(stage: Stage, version: string, days: readonly string[], timeoutMs = 90_000): Promise<number> {
  const expected = new Map(days.map((day) => [day, stage.replay.ledger.total({ day, version })]));
  const wanted = [...expected].filter(([, n]) => n > 0);
  await eventually(
    `all rows of version ${version} counted`,
    () => {
      const counted = latestCounts(stage, version);
      const wrong = wanted.find(([day, n]) => counted.get(day) !== n);
      if (wrong === undefined) return Promise.resolve(true);
      const [day, n] = wrong;
      return Promise.reject(new Error(`${day}: sent ${String(n)}, counted ${String(counted.get(day) ?? 'nothing yet')}`));
    },
    timeoutMs,
  );
  return wanted.reduce((sum, [, n]) => sum + n, 0);
}

function latestCounts(stage: Stage, version: string): Map<string, number> {
  const counts = new Map<string, { revision: number; n: number }>();
  for (const { data } of stage.tape.all('window.closed', (event) => event.data.model === stage.model && event.data.version === version)) {
    const day = originalDay(stage, data.window.start);
    const before = counts.get(day);
    if (before === undefined || before.revision < data.window.revision)
      counts.set(day, { revision: data.window.revision, n: data.window.n });
  }
  return new Map([...counts].map(([day, { n }]) => [day, n]));
}

/** Windows in which monitoring gave a verdict; without them a quiet stream proves nothing. */
export function judged(windows: Iterable<ClosedWindow>): ClosedWindow[] {
  return [...windows].filter(({ data }) => data.verdict === 'quiet' || data.verdict === 'alarming');
}

/** The strongest features of an alarm, with what moved most in each. */
export function inWords(features: readonly FeatureFinding[]): string {
  return features
    .filter((finding) => finding.moved ?? finding.alarming)
    .sort((a, b) => b.effect - a.effect)
    .map(({ feature, effect, topCells }) => {
      const cells = (topCells ?? []).slice(0, 3).map(({ cell, reference, window }) => `${cell} ${percent(reference)} → ${percent(window)}`);
      return `${feature} ${effect.toFixed(3)}${cells.length > 0 ? ` (${cells.join(', ')})` : ''}`;
    })
    .join('; ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** No drift event names this version. */
export function noDrift(stage: Stage, version: string): void {
  const found = stage.tape.all('drift.detected', ({ data }) => data.model === stage.model && data.version === version);
  must(
    found.length === 0,
    `version ${version} should be quiet, but drift was detected in ${found.map(({ data }) => data.scope.features.join()).join('; ')}`,
  );
}
