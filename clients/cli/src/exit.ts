/** What the process says when it ends. Scripts rely on these numbers; they never change their meaning. */
export const exit = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notLoggedIn: 4,
  forbidden: 5,
  conflict: 6,
  unreachable: 7,
  /** A gate, a check or an alarm said no. */
  refused: 8,
  timedOut: 124,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];
