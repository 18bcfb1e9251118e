import type { Gate, Production } from './children.js';
import type { Machine } from '@drawbridge/e2e';
import { peerRatios, peers } from './peers.js';
import type { Figure } from './rounds.js';
import { measurements, ratios } from './suite.js';

/** The figures of `npm run bench:intake`, as they are committed under docs/evidence. */
export interface IntakeResult {
  readonly what: string;
  readonly command: string;
  readonly at: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly seed: number;
  readonly events: number;
  readonly warmUp: number;
  readonly rounds: number;
  /** SHA-256 of the bytes of each variant. */
  readonly workloads: Readonly<Record<string, string>>;
  readonly gate: Readonly<Record<string, Gate>>;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly ratios: readonly Ratio[];
  readonly production: readonly Production[];
  /** Peers that could not be measured, and why. */
  readonly skipped?: Readonly<Record<string, string>>;
}

export interface Ratio {
  readonly name: string;
  readonly floor: number;
  readonly aim: number;
  readonly found: number;
}

/** How many times the events per processor second of one measurement are those of another. */
export function ratiosOf(figures: Readonly<Record<string, Figure>>): Ratio[] {
  const met = peerRatios.filter(({ over }) => figures[over] !== undefined);
  return [...ratios, ...met].map(({ name, of, over, floor, aim }) => {
    const [ours, theirs] = [figures[of], figures[over]];
    if (ours === undefined || theirs === undefined) throw new Error(`not measured: ${of} or ${over}`);
    return { name, floor, aim, found: Number((theirs.median / ours.median).toFixed(2)) };
  });
}

/** The table of docs/performance.md. */
export function intakeTable(result: IntakeResult): string[] {
  const { machine, figures, gate, production } = result;
  const share = (x: number): string => `${String(Math.round(x * 100))} %`;
  const rows = [...measurements, ...peers].flatMap(({ name, about }) => {
    const figure = figures[name];
    if (figure === undefined) return [];
    return [`| ${name} | ${figure.median.toFixed(2)} | ${grouped(figure.eventsPerCpuSecond)} | ${share(figure.spread)} | ${about} |`];
  });
  const whole = production.map(({ cpuMicrosecondsPerEvent }) => cpuMicrosecondsPerEvent.monitoring).toSorted((a, b) => a - b);
  const middle = whole[whole.length >> 1];
  const of = production.find(({ cpuMicrosecondsPerEvent }) => cpuMicrosecondsPerEvent.monitoring === middle);
  if (middle !== undefined && of !== undefined) {
    const spread = share((whole.at(-1) ?? middle) / (whole[0] ?? middle) - 1);
    const { postgres, kafka } = of.cpuMicrosecondsPerEvent;
    const about = `monitoring as it runs, rows kept in Postgres; beside it Postgres ${postgres.toFixed(1)} and Kafka ${kafka.toFixed(1)} µs; ${grouped(of.eventsPerSecond)} events per second, ${String(of.rssMiB)} MiB`;
    rows.push(`| **production process** | ${middle.toFixed(2)} | ${grouped(Math.round(1e6 / middle))} | ${spread} | ${about} |`);
  }
  const compared = Object.values(gate);
  const total = (pick: (one: Gate) => number): string => grouped(compared.reduce((sum, one) => sum + pick(one), 0));
  return [
    '| what reads | µs of processor per event | events per processor second | spread | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '| our reading and counting, events per processor second, against | floor | aim | found |',
    '|---|---|---|---|',
    ...result.ratios.map(({ name, floor, aim, found }) => `| ${name} | ${floor} | ${aim} | ${found.toFixed(2)} |`),
    '',
    `Before any figure, the intake and a plain \`JSON.parse\` reference came to the same windows on ${String(compared.length)} variants of the workload: ` +
      `${total(({ events }) => events)} events, ${total(({ rejected }) => rejected)} rejected, ${total(({ late }) => late)} late, ` +
      `${total(({ deduplicated }) => deduplicated)} repeated, ${total(({ cells }) => cells)} cells compared, ${total(({ differences }) => differences)} differences.`,
    '',
    `Measured ${result.at.slice(0, 10)} at commit ${result.commit} on ${machine.cpu}, ${String(machine.cores)} cores, Node ${machine.node}, load before the run ` +
      `${machine.loadBefore.toFixed(1)}; ${grouped(result.events)} events, ${String(result.rounds)} rounds. Raw figures: [intake.json](evidence/intake.json).`,
  ];
}

function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
