export interface CpuReading {
  readonly events: number;
  /** User and system time of the whole process: garbage collection and compilation are in it. */
  readonly cpuMicroseconds: number;
  readonly wallMs: number;
  readonly peakRssMiB: number;
}

/** Processor time per event while a process reads `events` of them, once or several times; what goes before warms it up. */
export class CpuMeter {
  private seen = 0;
  private begun: { readonly at: number; readonly cpu: NodeJS.CpuUsage; readonly wall: number } | undefined;
  private counted = 0;
  private cpu = 0;
  private wall = 0;

  constructor(
    private readonly events: number,
    private warmUp: number,
  ) {}

  /** To be called after each batch; true when all of them have been read. */
  after(count: number): boolean {
    this.seen += count;
    if (this.begun === undefined && this.seen > this.warmUp) {
      this.begun = { at: this.seen, cpu: process.cpuUsage(), wall: performance.now() };
    }
    if (this.seen < this.events) return false;
    if (this.begun !== undefined) {
      const { user, system } = process.cpuUsage(this.begun.cpu);
      this.cpu += user + system;
      this.wall += performance.now() - this.begun.wall;
      this.counted += this.seen - this.begun.at;
    }
    return true;
  }

  /** Begins another pass over the same events, which needs no warming up. */
  again(): void {
    this.seen = 0;
    this.begun = undefined;
    this.warmUp = 0;
  }

  reading(): CpuReading {
    return {
      events: this.counted,
      cpuMicroseconds: this.cpu,
      wallMs: Math.round(this.wall),
      peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  }
}
