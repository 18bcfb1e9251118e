import { type ReactNode, useSyncExternalStore } from 'react';
import { preference, setPreference, subscribePreferences } from '../app/preferences.js';

export type TimeStyle = 'relative' | 'utc' | 'local';

export function useTimeStyle(): [TimeStyle, (style: TimeStyle) => void] {
  const style = useSyncExternalStore(subscribePreferences, () => preference('time', 'relative')) as TimeStyle;
  return [style, (next) => setPreference('time', next)];
}

/** A moment; relative or absolute as the reader likes it, always with the exact UTC time on hover. */
export function Time({ at, exact = false }: { at: string | number | undefined; exact?: boolean }): ReactNode {
  const [style] = useTimeStyle();
  if (at === undefined || at === '') return <span className="quiet">n/a</span>;
  const date = new Date(at);
  const iso = date.toISOString();
  const text = style === 'relative' && !exact ? relative(date.getTime() - Date.now()) : style === 'local' ? local(date) : utc(iso);
  return (
    <time dateTime={iso} title={iso}>
      {text}
    </time>
  );
}

export function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}

export function day(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { weekday: 'short', day: '2-digit', month: 'short', timeZone: 'UTC' });
}

function local(date: Date): string {
  return date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** 3 min ago, in 2 h. */
export function relative(differenceMs: number): string {
  const size = Math.abs(differenceMs);
  const [unit, length] = units.find(([, each]) => size >= each) ?? units[3];
  const amount = `${String(Math.floor(size / length))} ${unit}`;
  return differenceMs > 0 ? `in ${amount}` : `${amount} ago`;
}
