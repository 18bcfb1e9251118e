/** The two clocks of a process. */
export interface Clocks {
  /** The time of day in milliseconds; somebody may set it at any moment. */
  readonly wall: () => number;
  /** Milliseconds since some moment; nobody can set it, and only its differences mean something. */
  readonly elapsed: () => number;
}

export const processClocks: Clocks = { wall: () => Date.now(), elapsed: () => performance.now() };

/** Notices that the time of day was set, by the time that really went by. */
export class WallClockWatch {
  private aheadMs: number;

  constructor(private readonly clocks: Clocks) {
    this.aheadMs = this.ahead();
  }

  /** Milliseconds by which the wall clock was set since the last look; negative when it was set back. */
  look(): number {
    const before = this.aheadMs;
    this.aheadMs = this.ahead();
    return this.aheadMs - before;
  }

  private ahead(): number {
    return this.clocks.wall() - this.clocks.elapsed();
  }
}

/**
 * kafkajs sends the next heartbeat when the time of day is an interval later than at the last one: set back by more than
 * an interval, it is silent for as long, and the group goes on without this member, which is told nothing. Set forward,
 * it only sends one early and repeats what was in flight.
 */
export function silencesHeartbeats(setByMs: number, heartbeatMs: number): boolean {
  return setByMs < -heartbeatMs;
}
