export type State = 'ok' | 'warn' | 'fail';

/** One check with its outcome. */
export interface Finding {
  readonly check: string;
  readonly state: State;
  readonly detail: string;
  /** Stable, for scripts; absent when all is well. */
  readonly code?: string;
  readonly fix?: string;
}

export function good(check: string, detail: string): Finding {
  return { check, state: 'ok', detail };
}

export function bad(state: 'warn' | 'fail', check: string, code: string, detail: string, fix: string): Finding {
  return { check, state, code, detail, fix };
}

export function worst(findings: readonly Finding[]): State {
  if (findings.some(({ state }) => state === 'fail')) return 'fail';
  return findings.some(({ state }) => state === 'warn') ? 'warn' : 'ok';
}
