import type { Machine } from '@drawbridge/e2e';

/** The figures of `npm run measure`, as they are committed under docs/evidence. */
export interface Measurement {
  readonly what: string;
  readonly command: string;
  readonly at: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly seconds: {
    /** An empty home: databases, topics and keys are made. */
    readonly firstStart: number;
    readonly secondStart: number;
    readonly stop: number;
    readonly story: number;
    /** From the story's first step to the automatic rollback. */
    readonly toRollback: number;
    /** First start and the way to the rollback: what a newcomer waits. */
    readonly demoToRollback: number;
  };
  readonly peakPss: { readonly totalMiB: number; readonly partsMiB: Readonly<Record<string, number>> };
  readonly story: { readonly steps: number; readonly exitCode: number };
  /** What the load of the production intake printed; absent when it was left out. */
  readonly intake?: Readonly<Record<string, unknown>>;
}

/** The table of docs/performance.md. */
export function tableOf({ at, commit, machine, seconds, peakPss, intake }: Measurement): string[] {
  const rows: [string, string][] = [
    ['first start, empty home', inSeconds(seconds.firstStart)],
    ['second start', inSeconds(seconds.secondStart)],
    ['stop', inSeconds(seconds.stop)],
    ['from `npm run demo` to the automatic rollback', inSeconds(seconds.demoToRollback)],
    ['whole story', inSeconds(seconds.story)],
    ['peak memory of all processes during the story (PSS)', `${String(peakPss.totalMiB)} MiB`],
  ];
  if (intake !== undefined) {
    rows.push(['predictions counted per second, labels joined at the same time', text(intake['predictionsPerSecond'])]);
    rows.push(['predictions and labels per second', text(intake['eventsPerSecondTogether'])]);
    rows.push(['sent, and counted', `${text(intake['predictions'])}, ${text(intake['counted'])}`]);
  }
  const parts = Object.entries(peakPss.partsMiB).toSorted(([, a], [, b]) => b - a);
  return [
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    `Measured ${at.slice(0, 10)} at commit ${commit} on ${machine.cpu}, ${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, ` +
      `Node ${machine.node}; load before the run ${machine.loadBefore.toFixed(1)}. Raw figures: [measure.json](evidence/measure.json).`,
    '',
    `The peak by process: ${parts.map(([name, size]) => `${name} ${String(size)} MiB`).join(', ')}.`,
  ];
}

function inSeconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function text(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en').replaceAll(',', ' ') : 'not told';
}
