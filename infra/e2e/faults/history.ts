import { closeSync, openSync, writeSync } from 'node:fs';

/** What was done to the processes and what was seen of them, one JSON line each, on disk before the next thing is done. */
export class History {
  private readonly file: number;
  private readonly begun = Date.now();

  constructor(readonly path: string) {
    this.file = openSync(path, 'w');
  }

  add(what: string, facts: Readonly<Record<string, unknown>> = {}): void {
    writeSync(this.file, `${JSON.stringify({ ms: Date.now() - this.begun, what, ...facts })}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}
