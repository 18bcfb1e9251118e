import { describeError, LocalError } from '../errors.js';

/** One line of NDJSON progress. */
export interface ProgressEvent {
  readonly at: string;
  readonly kind: 'step' | 'note' | 'warning' | 'error' | 'ready' | 'end';
  readonly step?: string;
  readonly detail?: string;
  readonly ms?: number;
  readonly code?: string;
  readonly data?: unknown;
}

export interface Progress {
  /** Runs a step and reports what it answers, with its time. */
  step<T extends { detail: string }>(name: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
  note(text: string): void;
  warning(code: string, text: string): void;
  error(error: unknown): void;
  /** Text for people; with --json the data goes out instead. */
  ready(text: string, data: unknown): void;
  end(text: string, data?: unknown): void;
  /** From now on only `end` is written: what is interrupted has nothing more to say. */
  hush(): void;
}

type Write = (text: string) => void;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function jsonProgress(out: Write, now: () => Date = () => new Date()): Progress {
  let hushed = false;
  const emit = (event: Omit<ProgressEvent, 'at'>): void => {
    if (!hushed || event.kind === 'end') out(`${JSON.stringify({ at: now().toISOString(), ...event })}\n`);
  };
  return {
    async step(step, work) {
      const started = performance.now();
      const result = await work((detail) => emit({ kind: 'note', step, detail }));
      emit({ kind: 'step', step, detail: result.detail, ms: Math.round(performance.now() - started) });
      return result;
    },
    note: (detail) => emit({ kind: 'note', detail }),
    warning: (code, detail) => emit({ kind: 'warning', code, detail }),
    error: (error) =>
      emit(
        error instanceof LocalError
          ? {
              kind: 'error',
              code: error.code,
              detail: error.detail,
              data: { title: error.title, why: error.why, fix: error.fix, lines: error.lines },
            }
          : { kind: 'error', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      ),
    ready: (_text, data) => emit({ kind: 'ready', data }),
    end: (detail, data) => emit({ kind: 'end', detail, data }),
    hush: () => {
      hushed = true;
    },
  };
}

export function textProgress(out: Write, live: boolean): Progress {
  let hushed = false;
  const write = (text: string): void => {
    if (!hushed) out(text);
  };
  const clear = live ? '\r\u001B[K' : '';
  const line = (mark: string, name: string, detail: string, time: string): string =>
    `  [${mark}] ${name.padEnd(14)} ${detail.padEnd(62)} ${time.padStart(7)}`.trimEnd();
  return {
    async step(name, work) {
      const started = performance.now();
      let shown = '';
      const show = (text: string): void => {
        if (live) write(`${clear}${line('..', name, text, '')}`);
        else if (text !== shown && text !== '') write(`${line('..', name, text, '')}\n`);
        shown = text;
      };
      show('');
      try {
        const result = await work(show);
        write(`${clear}${line('ok', name, result.detail, seconds(performance.now() - started))}\n`);
        return result;
      } catch (error) {
        write(`${clear}${line('--', name, 'failed', seconds(performance.now() - started))}\n`);
        throw error;
      }
    },
    note: (text) => write(`${clear}  ${text}\n`),
    warning: (code, text) => write(`${clear}  ${code}  ${text}\n`),
    error: (error) => {
      const text =
        error instanceof LocalError ? describeError(error) : error instanceof Error ? (error.stack ?? error.message) : String(error);
      write(`${clear}\n${text}\n`);
    },
    ready: (text) => write(`${text}\n`),
    end: (text) => out(`${clear}  ${text}\n`),
    hush: () => {
      hushed = true;
    },
  };
}
