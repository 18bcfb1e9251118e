import type { Machine } from '@drawbridge/e2e';

/** Resident memory in millions of bytes. */
export interface MemoryRun {
  readonly models: number;
  readonly events: number;
  readonly counted: number;
  /** The median of what was sampled while it counted, the first quarter left out. */
  readonly steadyRssMB: number;
  readonly mostRssMB: number;
  readonly afterwardsRssMB: number;
}

export interface ClosingRun {
  readonly models: number;
  readonly features: number;
  /** Of each model in each window. */
  readonly rows: number;
  readonly rounds: readonly {
    readonly detected: number;
    readonly firstMs: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly lastMs: number;
    readonly cpuMs: Readonly<Record<'monitoring' | 'postgres', number>>;
  }[];
  /** Median of the rounds. */
  readonly lastMs: number;
  readonly worstMs: number;
}

export interface ModelsResult {
  readonly what: string;
  readonly command: string;
  readonly at: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly targets: typeof targets;
  readonly memory: MemoryRun;
  readonly closing: ClosingRun;
}

export const targets = { steadyRssMB: { below: 300, aim: 200 }, lastMs: { most: 1000 }, p99Ms: { aim: 100 } } as const;

/** The table of docs/performance.md. */
export function modelsTable({ memory, closing, machine, at, commit }: ModelsResult): string[] {
  const p99 = closing.rounds.map(({ p99Ms }) => p99Ms).toSorted((a, b) => a - b);
  const middle = p99[p99.length >> 1] ?? NaN;
  const { steadyRssMB, lastMs } = targets;
  return [
    '| | floor | aim | found | |',
    '|---|---|---|---|---|',
    `| memory of monitoring, ${String(memory.models)} models | ${String(steadyRssMB.below)} MB | ${String(steadyRssMB.aim)} MB | ${String(memory.steadyRssMB)} MB | ` +
      `at most ${String(memory.mostRssMB)} MB; ${grouped(memory.events)} events, all counted |`,
    `| flush of the last event that was needed to the last \`drift.detected\` on the bus, ${grouped(closing.models)} models × ${String(closing.features)} features | ` +
      `${grouped(lastMs.most)} ms | | ${grouped(closing.lastMs)} ms | median of ${String(closing.rounds.length)} rounds, the worst ${grouped(closing.worstMs)} ms |`,
    `| the same to the 99th of each hundred alarms | | ${String(targets.p99Ms.aim)} ms | ${grouped(middle)} ms | |`,
    '',
    `Measured ${at.slice(0, 10)} at commit ${commit} on ${machine.cpu}, ${String(machine.cores)} cores, Node ${machine.node}, load before the run ` +
      `${machine.loadBefore.toFixed(1)}. Raw figures: [models.json](evidence/models.json).`,
  ];
}

function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
