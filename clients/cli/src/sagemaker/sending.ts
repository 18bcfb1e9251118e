import type { IngestedView, PredictionLogged } from '@drawbridge/contracts';
import type { Api } from '../client/api.js';
import { CliError } from '../errors.js';
import type { Line } from './files.js';

/** Far below what one request may hold. */
const MOST_EVENTS = 1000;
const MOST_BYTES = 1024 * 1024;

/** Where a prediction comes from, for what is said about it. */
export type Place = Pick<Line, 'file' | 'number'>;

export interface Refused extends Place {
  readonly field: string;
  readonly message: string;
}

interface Waiting {
  readonly place: Place;
  readonly event: { readonly topic: 'prediction.logged'; readonly data: PredictionLogged };
}

export interface SendingOptions {
  readonly api: Pick<Api, 'post'>;
  /** After each batch that Kafka has. */
  readonly sent: (rows: number) => void;
  readonly refused: (fault: Refused) => void;
  readonly pause: (ms: number) => Promise<void>;
  readonly now: () => number;
  /** So long a platform that is busy or away is asked again. */
  readonly patienceMs: number;
}

/** Sends predictions in bounded batches, one after the other: what is read waits for what is sent. */
export class Sending {
  private waiting: Waiting[] = [];
  private bytes = 0;

  constructor(private readonly options: SendingOptions) {}

  async add(place: Place, data: PredictionLogged): Promise<void> {
    this.waiting.push({ place, event: { topic: 'prediction.logged', data } });
    this.bytes += JSON.stringify(data).length;
    if (this.waiting.length >= MOST_EVENTS || this.bytes >= MOST_BYTES) await this.flush();
  }

  /** Sends what waits. A batch is taken whole or not at all: what is refused is told and left out, the others go again. */
  async flush(): Promise<void> {
    let batch = this.waiting;
    this.waiting = [];
    this.bytes = 0;
    while (batch.length > 0) {
      try {
        await this.post(batch);
        this.options.sent(batch.length);
        return;
      } catch (error) {
        const bad = faultsOf(error);
        if (bad.size === 0) throw error;
        for (const [index, { field, message }] of bad) {
          const one = batch[index];
          if (one !== undefined) this.options.refused({ ...one.place, field, message });
        }
        batch = batch.filter((_, index) => !bad.has(index));
      }
    }
  }

  /** The same ids again are the same predictions, so that repeating is safe. */
  private async post(batch: readonly Waiting[]): Promise<void> {
    const { api, pause, now, patienceMs } = this.options;
    const deadline = now() + patienceMs;
    for (let restMs = 1000; ; restMs = Math.min(2 * restMs, 15_000)) {
      try {
        await api.post<IngestedView>('/events/batch', { events: batch.map(({ event }) => event) });
        return;
      } catch (error) {
        if (!(error instanceof CliError) || !error.object.retryable || now() + restMs > deadline) throw error;
        await pause(restMs);
      }
    }
  }
}

/** What an answer finds wrong, by the number of the event; the first finding of each. */
function faultsOf(error: unknown): Map<number, { field: string; message: string }> {
  const found = new Map<number, { field: string; message: string }>();
  if (!(error instanceof CliError)) return found;
  for (const { field, message } of error.object.errors ?? []) {
    const match = /^events\.(\d+)(?:\.data)?(?:\.(.*))?$/.exec(field);
    const index = Number(match?.[1] ?? Number.NaN);
    if (Number.isInteger(index) && !found.has(index)) found.set(index, { field: match?.[2] ?? '(prediction)', message });
  }
  return found;
}
