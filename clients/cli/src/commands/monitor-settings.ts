import type { MonitorSettings } from '@drawbridge/contracts';
import { usage } from '../errors.js';
import { parseDuration, parsePairs } from '../parse.js';

type Kind = 'number' | 'seconds' | 'budget' | 'names';

/** Settings of a monitor as they are written on the command line; complete by its type. */
const kinds = {
  windowSeconds: 'seconds',
  latenessSeconds: 'seconds',
  horizonSeconds: 'seconds',
  idleSeconds: 'seconds',
  materiality: 'number',
  assurance: 'number',
  budget: 'budget',
  minRows: 'number',
  quietWindows: 'number',
  labelCoverage: 'number',
  labelHorizonSeconds: 'seconds',
  keepRate: 'number',
  segments: 'names',
} as const satisfies Record<keyof MonitorSettings, Kind>;

export const settingNames = Object.keys(kinds);

/** `minRows=500`, `windowSeconds=1d` (durations may be written as such), `budget=1/500w`, `segments=country,plan` (none: `segments=`). */
export function parseSettings(texts: readonly string[], flag: string): MonitorSettings {
  const entries = Object.entries(parsePairs(texts, flag)).map(([name, text]): [string, unknown] => {
    if (!Object.hasOwn(kinds, name)) throw usage(`there is no setting ${name}`, `known are ${settingNames.join(', ')}`);
    return [name, valueOf(name, kinds[name as keyof MonitorSettings], text)];
  });
  return Object.fromEntries(entries) as MonitorSettings;
}

/** A setting as it is written on the command line. */
export function settingText(value: NonNullable<MonitorSettings[keyof MonitorSettings]>): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? `${value.atMost}/${value.per}` : String(value);
}

function valueOf(name: string, kind: Kind, text: string): unknown {
  if (kind === 'seconds') return parseDuration(text, name) / 1000;
  if (kind === 'names') return text === '' ? [] : text.split(',').map((name) => name.trim());
  if (kind === 'budget') {
    const [atMost, per, ...rest] = text.split('/');
    if (per === undefined || rest.length > 0 || !isNumber(atMost)) throw usage(`budget=${text} is not written as 1/500w or 1/30d`);
    return { atMost: Number(atMost), per };
  }
  if (!isNumber(text)) throw usage(`${name}=${text} is not a number`);
  return Number(text);
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '' && Number.isFinite(Number(text));
}
