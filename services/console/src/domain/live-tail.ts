import type { StoredEvent } from './stored-event.js';

/** Where frames go. `full`: the reader is so slow that more would pile up. */
export interface TailSink {
  write(frame: string): void;
  full(): boolean;
}

export interface Wish {
  /** Topics separated by commas. */
  readonly topic?: string | undefined;
  /** Anywhere in the data. */
  readonly text?: string | undefined;
  readonly project?: string | undefined;
}

/** Which events a tail wants. */
export function wanted({ topic, text, project }: Wish): (event: StoredEvent) => boolean {
  const topics = (topic ?? '').split(',').filter((each) => each !== '');
  const needle = (text ?? '').toLowerCase();
  return (event) =>
    (project === undefined || event.project === project) &&
    (topics.length === 0 || topics.includes(event.topic)) &&
    (needle === '' || JSON.stringify(event.data).toLowerCase().includes(needle));
}

/**
 * One reader of the live stream. Events that arrive before it is open wait; none is sent twice or out of order. A reader that cannot follow
 * loses events from the middle and is told how many.
 */
export class LiveTail {
  private readonly early: StoredEvent[] = [];
  private sink: TailSink | undefined;
  private last = -1;
  private skipped = 0;

  constructor(private readonly matches: (event: StoredEvent) => boolean) {}

  announce(event: StoredEvent): void {
    if (this.sink === undefined) this.early.push(event);
    else this.send(event, this.sink);
  }

  /** Sends what was missed, then what came meanwhile, then everything as it comes. */
  open(sink: TailSink, missed: readonly StoredEvent[], skipped: number): void {
    this.sink = sink;
    this.skipped = skipped;
    for (const event of [...missed, ...this.early.splice(0)]) this.send(event, sink);
  }

  private send(event: StoredEvent, sink: TailSink): void {
    if (event.position <= this.last || !this.matches(event)) return;
    this.last = event.position;
    if (sink.full()) {
      this.skipped += 1;
      return;
    }
    if (this.skipped > 0) sink.write(`event: skipped\ndata: ${String(this.skipped)}\n\n`);
    this.skipped = 0;
    sink.write(`id: ${String(event.position)}\nevent: event\ndata: ${JSON.stringify(event)}\n\n`);
  }
}
