import type { Logger } from '@drawbridge/telemetry';
import type { Target } from '../domain/endpoint-table.js';
import type { LoadedModel } from './onnx-model.js';

/** A model's name within its project. */
export interface ModelName {
  readonly project: string;
  readonly model: string;
}

export interface WantedModel extends ModelName {
  readonly target: Target;
}

export interface ModelStatus extends ModelName {
  readonly version: string;
  readonly state: 'loading' | 'ready' | 'failed';
  /** Why it is not ready. */
  readonly reason?: string;
}

/** A model that is held in memory until `release` is called. */
export interface Lease {
  readonly model: LoadedModel;
  release(): void;
}

/** Why a model cannot answer. `unusable`: the file itself is at fault, so that waiting does not help. */
export interface Unready {
  readonly reason: string;
  readonly unusable: boolean;
}

interface Entry extends ModelName {
  readonly target: Target;
  state: ModelStatus['state'];
  reason?: string;
  unusable: boolean;
  loaded?: LoadedModel;
  inFlight: number;
  wanted: boolean;
  attempts: number;
  retry?: NodeJS.Timeout;
}

export interface PoolOptions {
  load(target: Target): Promise<LoadedModel>;
  /** Is the file itself at fault? Default: nothing is known of that. */
  readonly isUnusable?: (error: unknown) => boolean;
  readonly log: Logger;
  /** Wait before the next try to load, by the number of tries so far. */
  readonly retryMs?: (attempts: number) => number;
}

const LOADING = 'the model is being loaded';

/** Versions never change, so an entry is good for every endpoint that serves this version with this content. */
function keyOf({ project, model }: ModelName, target: Target): string {
  return `${project}\0${model}\0${target.version}\0${target.artifact.sha256}`;
}

/**
 * The models that the endpoints need. Loads one after the other; one that cannot be loaded is tried again for as long as
 * it is wanted and does not touch the others. One that is no longer wanted goes when its last request has ended.
 */
export class ModelPool {
  private readonly entries = new Map<string, Entry>();
  private loading: Promise<void> = Promise.resolve();
  private readonly retryMs: (attempts: number) => number;

  constructor(private readonly options: PoolOptions) {
    this.retryMs = options.retryMs ?? ((attempts) => Math.min(30_000, 500 * 2 ** Math.min(attempts, 6)));
  }

  /** Makes the pool hold exactly these. Returns at once; loading goes on behind. */
  want(wanted: readonly WantedModel[]): void {
    const keys = new Set<string>();
    for (const { project, model, target } of wanted) {
      const key = keyOf({ project, model }, target);
      keys.add(key);
      if (this.entries.has(key)) continue;
      const entry: Entry = { project, model, target, state: 'loading', unusable: false, inFlight: 0, wanted: true, attempts: 0 };
      this.entries.set(key, entry);
      this.enqueue(entry);
    }
    for (const [key, entry] of this.entries) {
      if (keys.has(key)) continue;
      this.entries.delete(key);
      this.retire(entry);
    }
  }

  /** The loaded model, or why it is not there. */
  lease(name: ModelName, target: Target): Lease | { readonly reason: string } {
    const entry = this.entries.get(keyOf(name, target));
    if (entry?.loaded === undefined) return { reason: entry?.reason ?? LOADING };
    entry.inFlight += 1;
    let released = false;
    return {
      model: entry.loaded,
      release: () => {
        if (released) return;
        released = true;
        entry.inFlight -= 1;
        if (!entry.wanted) this.releaseIfIdle(entry);
      },
    };
  }

  /** Undefined when it is ready. */
  unready(name: ModelName, target: Target): Unready | undefined {
    const entry = this.entries.get(keyOf(name, target));
    if (entry?.state === 'ready') return undefined;
    return { reason: entry?.reason ?? LOADING, unusable: entry?.unusable ?? false };
  }

  statuses(): readonly ModelStatus[] {
    return [...this.entries.values()].map(({ project, model, target, state, reason }) => ({
      project,
      model,
      version: target.version,
      state,
      ...(reason !== undefined && { reason }),
    }));
  }

  /** Resolves when everything wanted so far has been tried once. */
  settled(): Promise<void> {
    return this.loading;
  }

  /** Lets go of everything; models in use go when their requests end. */
  async close(): Promise<void> {
    this.want([]);
    await this.loading;
  }

  private enqueue(entry: Entry): void {
    this.loading = this.loading.then(() => this.load(entry));
  }

  private async load(entry: Entry): Promise<void> {
    if (!entry.wanted) return;
    const { project, model, target } = entry;
    const facts = { project, model, version: target.version, sha256: target.artifact.sha256 };
    try {
      entry.loaded = await this.options.load(target);
      entry.state = 'ready';
      entry.unusable = false;
      delete entry.reason;
      this.options.log.info('model loaded', facts);
      if (!entry.wanted) this.releaseIfIdle(entry);
    } catch (error) {
      entry.state = 'failed';
      entry.attempts += 1;
      entry.unusable = this.options.isUnusable?.(error) ?? false;
      entry.reason = error instanceof Error ? error.message : String(error);
      this.options.log.error('model cannot be loaded', { ...facts, attempts: entry.attempts, error });
      if (entry.wanted) entry.retry = setTimeout(() => this.enqueue(entry), this.retryMs(entry.attempts)).unref();
    }
  }

  private retire(entry: Entry): void {
    entry.wanted = false;
    clearTimeout(entry.retry);
    this.releaseIfIdle(entry);
  }

  private releaseIfIdle(entry: Entry): void {
    if (entry.inFlight > 0 || entry.loaded === undefined) return;
    const { loaded, model, target } = entry;
    delete entry.loaded;
    loaded.release().then(
      () => this.options.log.info('model unloaded', { model, version: target.version }),
      (error: unknown) => this.options.log.warn('model could not be unloaded', { model, version: target.version, error }),
    );
  }
}
