export interface CheckResult {
  readonly ok: boolean;
  /** One sentence or figure for the operator. */
  readonly detail?: string;
}

/** One condition for serving. A check that throws or takes long counts as failed. */
export interface ReadinessCheck {
  readonly name: string;
  check(): Promise<CheckResult> | CheckResult;
}

export interface NamedResult extends CheckResult {
  readonly name: string;
  readonly ms: number;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'not-ready';
  readonly service: string;
  readonly checks: readonly NamedResult[];
}

const checkTimeoutMs = 2000;

async function run(check: ReadinessCheck): Promise<NamedResult> {
  const begun = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${checkTimeoutMs} ms` }), checkTimeoutMs);
  });
  let result: CheckResult;
  try {
    result = await Promise.race([Promise.resolve(check.check()), late]);
  } catch (error) {
    result = { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
  return { name: check.name, ...result, ms: Math.round(performance.now() - begun) };
}

/** Runs all checks at once. */
export async function readiness(service: string, checks: readonly ReadinessCheck[]): Promise<ReadinessReport> {
  const results = await Promise.all(checks.map(run));
  return { status: results.every((result) => result.ok) ? 'ready' : 'not-ready', service, checks: results };
}
