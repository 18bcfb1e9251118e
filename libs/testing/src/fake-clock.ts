/** A clock that stands until it is moved. */
export class FakeClock {
  private at: number;

  constructor(start: Date | string = '2026-01-01T00:00:00.000Z') {
    this.at = new Date(start).getTime();
  }

  readonly now = (): Date => new Date(this.at);

  advance(ms: number): Date {
    this.at += ms;
    return this.now();
  }
}
