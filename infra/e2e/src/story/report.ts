/** Tells what happens, with the time and the evidence of each step, for people or as one JSON object a line. */
export class Report {
  private readonly begun = Date.now();
  private readonly done: string[] = [];
  private expected: readonly string[] = [];

  constructor(private readonly json: boolean) {}

  /** Names every step that must happen. */
  expect(steps: readonly string[]): void {
    this.expected = steps;
  }

  chapter(title: string): void {
    this.write('chapter', title, `\n${title}`);
  }

  /** Something happened that the story promises. */
  step(name: string, evidence: string, data: Readonly<Record<string, unknown>> = {}): void {
    this.done.push(name);
    this.write('step', name, `  [ok] ${this.clock()}  ${name}\n           ${evidence}`, { evidence, ...data });
  }

  note(text: string): void {
    this.write('note', text, `       ${this.clock()}  ${text}`);
  }

  failed(name: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.write('failed', name, `  [FAILED] ${this.clock()}  ${name}\n           ${message}`, { message });
  }

  /** Steps that were promised and did not happen. */
  missing(): string[] {
    return this.expected.filter((name) => !this.done.includes(name));
  }

  get seconds(): number {
    return (Date.now() - this.begun) / 1000;
  }

  private clock(): string {
    return `${this.seconds.toFixed(1).padStart(6)} s`;
  }

  private write(kind: string, name: string, text: string, data: Readonly<Record<string, unknown>> = {}): void {
    const line = this.json
      ? JSON.stringify({ at: new Date().toISOString(), kind, name, seconds: Number(this.seconds.toFixed(1)), ...data })
      : text;
    process.stdout.write(`${line}\n`);
  }
}
