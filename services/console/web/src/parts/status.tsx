import type { ReactNode } from 'react';

export type StatusKind = 'ok' | 'watch' | 'bad' | 'info' | 'unknown' | 'waiting';

const shapes: Readonly<Record<StatusKind, ReactNode>> = {
  ok: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  watch: <path d="M6 1 11 11H1Z" fill="currentColor" />,
  bad: <path d="M4 1h4l3 3v4l-3 3H4L1 8V4Z" fill="currentColor" />,
  info: <path d="M6 1a5 5 0 0 1 0 10Z M6 1a5 5 0 1 0 0 10" fill="currentColor" fillRule="evenodd" stroke="currentColor" />,
  waiting: <path d="M2 1h8v2L7 6l3 3v2H2V9l3-3-3-3Z" fill="currentColor" />,
  unknown: <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.4 1.6" />,
};

/** A state as word, shape and colour: never colour alone. */
export function Status({ kind, children }: { kind: StatusKind; children: ReactNode }): ReactNode {
  return (
    <span className={`status ${kind}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {shapes[kind]}
      </svg>
      <span>{children}</span>
    </span>
  );
}

type Words = Readonly<Record<string, readonly [StatusKind, string]>>;

const deployments: Words = {
  requested: ['waiting', 'Requested'],
  blocked: ['bad', 'Blocked'],
  progressing: ['info', 'In progress'],
  paused: ['watch', 'Paused'],
  promoted: ['ok', 'Promoted'],
  aborted: ['unknown', 'Aborted'],
  rolledback: ['bad', 'Rolled back'],
  failed: ['bad', 'Failed'],
  superseded: ['unknown', 'Superseded'],
};
const incidents: Words = {
  open: ['bad', 'Open'],
  acknowledged: ['watch', 'Acknowledged'],
  mitigated: ['watch', 'Mitigated'],
  resolved: ['ok', 'Resolved'],
};
const approvals: Words = {
  pending: ['waiting', 'Waiting'],
  approved: ['ok', 'Approved'],
  rejected: ['bad', 'Rejected'],
  expired: ['unknown', 'Expired'],
  voided: ['unknown', 'Voided'],
};
const verdicts: Words = {
  pass: ['ok', 'Pass'],
  fail: ['bad', 'Fail'],
  error: ['bad', 'Error'],
  inconclusive: ['unknown', 'Inconclusive'],
  'needs-approval': ['waiting', 'Needs approval'],
  allow: ['ok', 'Allowed'],
  deny: ['bad', 'Denied'],
  quiet: ['ok', 'Quiet'],
  alarming: ['bad', 'Alarming'],
  insufficient: ['unknown', 'Too few rows'],
  unjudged: ['unknown', 'Not judged'],
};
const monitors: Words = { active: ['ok', 'Watching'], stalled: ['unknown', 'No data'], closed: ['unknown', 'Closed'] };
const severities: Words = { critical: ['bad', 'Critical'], high: ['bad', 'High'], medium: ['watch', 'Medium'], low: ['info', 'Low'] };
const attention: Words = {
  bad: ['bad', 'Breached'],
  watch: ['watch', 'Watching'],
  waiting: ['waiting', 'Waiting'],
  unknown: ['unknown', 'No data'],
};
const letters: Words = { open: ['bad', 'Open'], replayed: ['ok', 'Replayed'], discarded: ['unknown', 'Discarded'] };

const modes: Words = { enforce: ['ok', 'In force'], observe: ['watch', 'Only observes'], off: ['unknown', 'Off'] };

const families = { deployments, incidents, approvals, verdicts, monitors, severities, attention, letters, modes };

/** The word of a service as people read it. */
export function StateOf({ family, value }: { family: keyof typeof families; value: string }): ReactNode {
  const [kind, word] = families[family][value] ?? (['unknown', value] as const);
  return <Status kind={kind}>{word}</Status>;
}
