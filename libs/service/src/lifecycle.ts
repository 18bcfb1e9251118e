import type { Logger } from '@drawbridge/telemetry';

/** One part of a service that is started in order and stopped in reverse. */
export interface LifecycleStep {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface LifecycleLimits {
  /** A step that takes longer to stop is left behind. */
  readonly stopStepMs: number;
  /** All steps together. */
  readonly stopTotalMs: number;
}

const defaultLimits: LifecycleLimits = { stopStepMs: 4000, stopTotalMs: 9000 };

/**
 * Starts steps in order and stops the started ones in reverse. A failing start stops what was started before and
 * rethrows; a failing or hanging stop is logged and the others still stop.
 */
export class Lifecycle {
  private readonly started: LifecycleStep[] = [];
  private stopping: Promise<boolean> | undefined;

  constructor(
    private readonly steps: readonly LifecycleStep[],
    private readonly log: Logger,
    private readonly limits: LifecycleLimits = defaultLimits,
  ) {}

  async start(): Promise<void> {
    for (const step of this.steps) {
      if (this.stopping !== undefined) throw new Error('stopped while starting');
      const begun = performance.now();
      // Counted as started before it is, so that what a failed step had already opened is closed too.
      this.started.push(step);
      try {
        await step.start();
      } catch (error) {
        this.log.error(`${step.name} did not start`, { step: step.name, error });
        await this.stop();
        throw error;
      }
      this.log.debug(`${step.name} started`, { step: step.name, ms: performance.now() - begun });
    }
  }

  /** Resolves to true when every step stopped cleanly. Further calls share the first one's result. */
  stop(): Promise<boolean> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<boolean> {
    const deadline = performance.now() + this.limits.stopTotalMs;
    let clean = true;
    for (let step = this.started.pop(); step !== undefined; step = this.started.pop()) {
      const limit = Math.max(100, Math.min(this.limits.stopStepMs, deadline - performance.now()));
      try {
        await within(limit, step.stop());
        this.log.debug(`${step.name} stopped`, { step: step.name });
      } catch (error) {
        clean = false;
        this.log.error(`${step.name} did not stop cleanly`, { step: step.name, error });
      }
    }
    return clean;
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
