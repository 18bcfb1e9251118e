import { eventLimits, textFlaw } from './event-limits.js';
import type { MonitorSettings } from './schema-parts.js';

export type CompleteSettings = Required<MonitorSettings>;

const DAY_SECONDS = 86_400;

/** What a monitor does when nobody said otherwise. Documented in the README with the reason of each. */
export const defaultSettings: CompleteSettings = {
  windowSeconds: 3600,
  latenessSeconds: 300,
  horizonSeconds: 2 * DAY_SECONDS,
  idleSeconds: 30,
  materiality: 0.01,
  assurance: 0.9,
  budget: { atMost: 1, per: '500w' },
  minRows: 300,
  quietWindows: 3,
  labelCoverage: 0.95,
  labelHorizonSeconds: 30 * DAY_SECONDS,
  keepRate: 1,
  segments: [],
};

/** Given settings over the defaults. A horizon that nobody gave is at least two windows long. */
export function completeSettings(given: MonitorSettings | undefined): CompleteSettings {
  const known = Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
  const settings: CompleteSettings = { ...defaultSettings, ...known };
  if (given?.horizonSeconds === undefined) settings.horizonSeconds = Math.max(settings.horizonSeconds, 2 * settings.windowSeconds);
  return settings;
}

const PERIOD = /^(\d+)(w|h|d)$/;

/** The budget in windows, whatever unit it was given in. */
export function alertBudget(settings: Pick<CompleteSettings, 'budget' | 'windowSeconds'>): { atMost: number; perWindows: number } {
  const match = PERIOD.exec(settings.budget.per);
  if (match === null) throw new RangeError(`budget.per ${settings.budget.per}`);
  const amount = Number(match[1]);
  const seconds = match[2] === 'd' ? DAY_SECONDS : 3600;
  const perWindows = match[2] === 'w' ? amount : (amount * seconds) / settings.windowSeconds;
  return { atMost: settings.budget.atMost, perWindows };
}

export interface SettingProblem {
  readonly field: string;
  readonly message: string;
}

const YEAR_SECONDS = 31_536_000;

/** Beyond these a window has no date that can be stored, and its events could never be counted. */
export const longestTimes = {
  windowSeconds: YEAR_SECONDS,
  latenessSeconds: YEAR_SECONDS,
  horizonSeconds: 10 * YEAR_SECONDS,
  idleSeconds: DAY_SECONDS,
  labelHorizonSeconds: 10 * YEAR_SECONDS,
} as const satisfies Partial<Record<keyof CompleteSettings, number>>;

/** Every key costs a histogram of every feature for each of its values. */
export const mostSegmentKeys = 5;

/** What is wrong between fields, and with times too long to keep; each field's other bounds are checked where it comes in. */
export function settingProblems(settings: CompleteSettings): SettingProblem[] {
  const problems: SettingProblem[] = [];
  for (const [field, most] of Object.entries(longestTimes)) {
    if (settings[field as keyof typeof longestTimes] > most) problems.push({ field, message: `must not be greater than ${String(most)}` });
  }
  if (!PERIOD.test(settings.budget.per)) {
    problems.push({ field: 'budget.per', message: 'must be a number of windows (500w), hours (12h) or days (30d)' });
  } else if (settings.budget.atMost > alertBudget(settings).perWindows) {
    problems.push({ field: 'budget', message: 'allows more than one false alarm per window' });
  }
  if (settings.horizonSeconds < settings.latenessSeconds) {
    problems.push({ field: 'horizonSeconds', message: 'must not be shorter than latenessSeconds' });
  }
  problems.push(...segmentProblems(settings.segments));
  return problems;
}

function segmentProblems(keys: readonly string[]): SettingProblem[] {
  const problems: SettingProblem[] = [];
  if (keys.length > mostSegmentKeys) problems.push({ field: 'segments', message: `must name at most ${String(mostSegmentKeys)} keys` });
  if (new Set(keys).size < keys.length) problems.push({ field: 'segments', message: 'must not name a key twice' });
  keys.forEach((key, index) => {
    const flaw = key.length < 1 || key.length > eventLimits.text ? `must have 1 to ${String(eventLimits.text)} characters` : textFlaw(key);
    if (flaw !== undefined) problems.push({ field: `segments.${String(index)}`, message: flaw });
  });
  return problems;
}
