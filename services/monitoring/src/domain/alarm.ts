import type { Severity } from '@drawbridge/contracts';
import type { Alarm } from './monitor.js';

/** What a closed window says to the alarm. */
export interface AlarmInput {
  readonly verdict: 'quiet' | 'alarming' | 'insufficient' | 'unjudged';
  readonly severity: Severity;
  readonly features: readonly string[];
  readonly windowId: string;
  /** RFC 3339 */
  readonly start: string;
  readonly end: string;
  /** Late rows changed a window that was judged before, or made one older than the newest judged. */
  readonly retrospective: boolean;
  /** The window was alarming when it was judged before, or opened an episode then: whoever had to know was told. */
  readonly announced: boolean;
  /** Id of the episode if this window opens one. */
  readonly detectionId: string;
  /** A monitor whose deployment ended opens no alarm; what is open may still end. */
  readonly monitorClosed: boolean;
}

export type AlarmAction =
  | { readonly kind: 'stay' }
  | { readonly kind: 'open' }
  /** The open episode became worse than it was announced; once per episode. */
  | { readonly kind: 'escalate' }
  | { readonly kind: 'resolve'; readonly windowsClear: number };

export interface AlarmStep {
  readonly next: Alarm;
  readonly action: AlarmAction;
}

const ranks: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

/**
 * One step of the alarm. Pure: the same arguments always give the same step. Windows that say nothing (too small, no
 * baseline) leave it as it is. A retrospective one may open an alarm, but never resolves or prolongs one.
 */
export function nextAlarm(alarm: Alarm, input: AlarmInput, quietWindows: number): AlarmStep {
  if (input.verdict === 'insufficient' || input.verdict === 'unjudged') return stay(alarm);
  if (alarm.state === 'quiet') return mayOpen(input) ? open(input) : stay(alarm);
  if (input.retrospective) return stay(alarm);
  return input.verdict === 'alarming' ? prolong(alarm, input) : calm(alarm, input, quietWindows);
}

function mayOpen({ verdict, monitorClosed, announced }: AlarmInput): boolean {
  return verdict === 'alarming' && !monitorClosed && !announced;
}

function stay(alarm: Alarm): AlarmStep {
  return { next: alarm, action: { kind: 'stay' } };
}

function open(input: AlarmInput): AlarmStep {
  const { detectionId, start, end, windowId, severity, features } = input;
  return {
    next: {
      state: 'open',
      detectionId,
      since: start,
      sinceWindowId: windowId,
      severity,
      features: [...features],
      escalated: false,
      consecutive: 1,
      quiet: 0,
      upTo: end,
    },
    action: { kind: 'open' },
  };
}

function prolong(alarm: Extract<Alarm, { state: 'open' }>, input: AlarmInput): AlarmStep {
  const worse = !alarm.escalated && !input.monitorClosed && ranks[input.severity] > ranks[alarm.severity];
  const features = [...new Set([...alarm.features, ...input.features])];
  const consecutive = alarm.quiet === 0 ? alarm.consecutive + 1 : 1;
  const next: Alarm = { ...alarm, features, consecutive, quiet: 0, upTo: input.end };
  if (!worse) return stay(next);
  return { next: { ...next, escalated: true, severity: input.severity }, action: { kind: 'escalate' } };
}

function calm(alarm: Extract<Alarm, { state: 'open' }>, input: AlarmInput, quietWindows: number): AlarmStep {
  const quiet = alarm.quiet + 1;
  if (quiet < quietWindows) return stay({ ...alarm, quiet, upTo: input.end });
  return { next: { state: 'quiet' }, action: { kind: 'resolve', windowsClear: quiet } };
}
