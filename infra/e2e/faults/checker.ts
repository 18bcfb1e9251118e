import type { AccountingView, Page, WindowView } from '@drawbridge/contracts';
import type { HttpAnswer, HttpClient } from '@drawbridge/testing';
import { type Announced, announced } from './announced.js';
import type { ModelTruth, WindowTruth } from './ledger.js';
import type { World } from './world.js';

/** What the ledger says against what the platform says. */
export interface Findings {
  readonly windows: number;
  readonly rows: number;
  /** Sum of what each window's count is away from the truth. */
  readonly windowError: number;
  readonly accounts: { consumed: number; counted: number; deduplicated: number; beyondHorizon: number };
  readonly announced: Announced;
  /** Everything that is not as it must be, in sentences; empty means exact. */
  readonly problems: readonly string[];
}

/** As many as a reader can use; the rest is a number. */
const MOST_PROBLEMS = 20;

/** Compares every window, account and announcement of every monitor with the ledger. The world must be quiet. */
export async function check(world: World): Promise<Findings> {
  const problems: string[] = [];
  const truth = await world.ledger.truth();
  const api = await world.fleet.api();
  // What was sent twice because nobody acknowledged it is deduplicated too, and how often that was only the topic knows.
  const exactRepeats = world.sender.resent === 0;
  const totals = { windows: 0, rows: 0, windowError: 0 };
  const accounts = { consumed: 0, counted: 0, deduplicated: 0, beyondHorizon: 0 };
  const windows = new Map<string, WindowView>();
  for (const [model, expected] of truth) {
    const monitorId = world.monitors.get(model) ?? '';
    const found = await windowsOf(api, monitorId);
    for (const window of found.values()) windows.set(window.id, window);
    totals.windows += expected.windows.size;
    for (const [startMs, window] of expected.windows) {
      totals.rows += window.n;
      const seen = found.get(startMs);
      totals.windowError += Math.abs(window.n - (seen?.window.n ?? 0));
      const place = `${model} ${new Date(startMs).toISOString()}`;
      problems.push(...compare(window, seen, exactRepeats).map((problem) => `${place}: ${problem}`));
    }
    for (const [startMs, { window }] of found) {
      if (expected.windows.has(startMs)) continue;
      totals.windowError += window.n;
      problems.push(`${model} ${new Date(startMs).toISOString()}: ${String(window.n)} rows that nobody sent`);
    }
    const { body } = await api.get<AccountingView>(`/api/v1/monitors/${monitorId}/accounting`);
    problems.push(...compareAccounts(expected, body, exactRepeats).map((problem) => `${model}: ${problem}`));
    for (const name of Object.keys(accounts) as (keyof typeof accounts)[]) accounts[name] += body[name];
  }
  const records = [...(await world.ends()).values()].reduce((sum, end) => sum + end, 0);
  const stored = await world.stored();
  if (stored !== records) problems.push(`${String(records)} records in the topic, ${String(stored)} in the accounts`);
  problems.push(...world.fleet.ended.map((name) => `${name} ended by itself`));
  const events = await announced(world, [...windows.values()], truth);
  problems.push(...events.problems);
  const shown =
    problems.length > MOST_PROBLEMS ? [...problems.slice(0, MOST_PROBLEMS), `and ${problems.length - MOST_PROBLEMS} more`] : problems;
  world.history.add('checked', { ...totals, problems: shown });
  return { ...totals, accounts, announced: events.announced, problems: shown };
}

async function windowsOf(api: HttpClient, monitorId: string): Promise<Map<number, WindowView>> {
  const found = new Map<number, WindowView>();
  const first = `/api/v1/monitors/${monitorId}/windows?limit=100`;
  for (let path: string | undefined = first; path !== undefined;) {
    const answer: HttpAnswer<Page<WindowView>> = await api.get<Page<WindowView>>(path);
    if (answer.status !== 200) throw new Error(`${path} answered ${String(answer.status)}: ${JSON.stringify(answer.body)}`);
    const { items, nextPageToken } = answer.body;
    for (const window of items) found.set(Date.parse(window.window.start), window);
    path = nextPageToken === undefined ? undefined : `${first}&pageToken=${encodeURIComponent(nextPageToken)}`;
  }
  return found;
}

function compare(truth: WindowTruth, seen: WindowView | undefined, exactRepeats: boolean): string[] {
  // A window that only repeats of rows beyond the horizon touched is none.
  if (seen === undefined) return truth.n === 0 ? [] : [`${String(truth.n)} rows, and there is no such window`];
  const { window, errors, prediction, status, verdict } = seen;
  const differing: string[] = [];
  const differ = (what: string, is: unknown, must: unknown): void => {
    if (is !== must) differing.push(`${what} is ${String(is)}, must be ${String(must)}`);
  };
  differ('status', status, 'closed');
  differ('n', window.n, truth.n);
  differ('errors', errors, truth.errors);
  differ('late', window.late, truth.late);
  if (exactRepeats || window.deduplicated < truth.deduplicated) differ('deduplicated', window.deduplicated, truth.deduplicated);
  differ('scores', prediction?.n ?? 0, truth.scores);
  const sum = (prediction?.mean ?? 0) * (prediction?.n ?? 0);
  if (Math.abs(sum - truth.scoreSum) > 1e-9 * Math.max(1, truth.scoreSum)) differ('sum of the scores', sum, truth.scoreSum);
  differ('verdict', verdict, truth.shifted ? 'alarming' : 'quiet');
  return differing;
}

function compareAccounts(truth: ModelTruth, seen: AccountingView, exactRepeats: boolean): string[] {
  const differing: string[] = [];
  for (const name of ['counted', 'beyondHorizon'] as const) {
    if (seen[name] !== truth[name]) differing.push(`${name} is ${String(seen[name])}, must be ${String(truth[name])}`);
  }
  const repeats = exactRepeats ? seen.deduplicated === truth.deduplicated : seen.deduplicated >= truth.deduplicated;
  if (!repeats) differing.push(`deduplicated is ${String(seen.deduplicated)}, must be ${String(truth.deduplicated)}`);
  const { consumed, counted, deduplicated, beyondHorizon, unrouted, deadLettered } = seen;
  if (consumed !== counted + deduplicated + beyondHorizon + unrouted + deadLettered) {
    differing.push(
      `the accounts do not add up: ${JSON.stringify({ consumed, counted, deduplicated, beyondHorizon, unrouted, deadLettered })}`,
    );
  }
  return differing;
}
