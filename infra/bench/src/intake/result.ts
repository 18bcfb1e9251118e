import type { Gate, Production } from './children.js';
import type { Machine } from '@drawbridge/e2e';
import { peerRatios, peers } from './peers.js';
import type { Figure } from './rounds.js';
import { measurements, productions, ratios } from './suite.js';

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
  /** Runs of the production process, by what they ran. */
  readonly production: Readonly<Record<string, readonly Production[]>>;
  readonly productionEvents: number;
  /** Peers that could not be measured, and why. */
  readonly skipped?: Readonly<Record<string, string>>;
}

export interface Ratio {
  readonly name: string;
  readonly floor: number;
  readonly aim: number;
  /** Of the production process; null when it was not run. */
  readonly found: number | null;
  /** Of reading and counting alone. */
  readonly part: number;
}

/** How many times the events per processor second of one measurement are those of another. */
export function ratiosOf(figures: Readonly<Record<string, Figure>>, production: IntakeResult['production']): Ratio[] {
  const met = peerRatios.filter(({ over }) => figures[over] !== undefined);
  return [...ratios, ...met].map(({ name, of, part, over, floor, aim }) => {
    const [ours, theirs] = [figures[part], figures[over]];
    if (ours === undefined || theirs === undefined) throw new Error(`not measured: ${part} or ${over}`);
    const times = (median: number): number => Number((theirs.median / median).toFixed(2));
    const whole = middleOf(production[of] ?? []);
    return {
      name,
      floor,
      aim,
      found: whole === undefined ? null : times(whole.cpuMicrosecondsPerEvent.monitoring),
      part: times(ours.median),
    };
  });
}

/** The run in the middle, by its processor time. */
function middleOf(runs: readonly Production[]): Production | undefined {
  return runs.toSorted((a, b) => a.cpuMicrosecondsPerEvent.monitoring - b.cpuMicrosecondsPerEvent.monitoring)[runs.length >> 1];
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
  for (const { name, about } of productions) {
    const runs = production[name] ?? [];
    const middle = middleOf(runs);
    if (middle === undefined) continue;
    const { monitoring, postgres, kafka } = middle.cpuMicrosecondsPerEvent;
    const all = runs.map(({ cpuMicrosecondsPerEvent: { monitoring: one } }) => one);
    const spread = share(Math.max(...all) / Math.min(...all) - 1);
    const beside = `beside it Postgres ${postgres.toFixed(1)} and Kafka ${kafka.toFixed(1)} µs; ${grouped(middle.eventsPerSecond)} events per second, ${String(middle.rssMiB)} MiB`;
    rows.push(`| **${name}** | ${monitoring.toFixed(2)} | ${grouped(Math.round(1e6 / monitoring))} | ${spread} | ${about}; ${beside} |`);
  }
  const compared = Object.values(gate);
  const total = (pick: (one: Gate) => number): string => grouped(compared.reduce((sum, one) => sum + pick(one), 0));
  return [
    '| what reads | µs of processor per event | events per processor second | spread | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '| events per processor second, as many times those of | floor | aim | production process | reading and counting |',
    '|---|---|---|---|---|',
    ...result.ratios.map(
      ({ name, floor, aim, found, part }) => `| ${name} | ${floor} | ${aim} | ${found?.toFixed(2) ?? ''} | ${part.toFixed(2)} |`,
    ),
    '',
    `Before any figure, the intake and a plain \`JSON.parse\` reference came to the same windows on ${String(compared.length)} variants of the workload: ` +
      `${total(({ events }) => events)} events, ${total(({ rejected }) => rejected)} rejected, ${total(({ late }) => late)} late, ` +
      `${total(({ deduplicated }) => deduplicated)} repeated, ${total(({ cells }) => cells)} cells compared, ${total(({ differences }) => differences)} differences.`,
    '',
    `Measured ${result.at.slice(0, 10)} at commit ${result.commit} on ${machine.cpu}, ${String(machine.cores)} cores, Node ${machine.node}, load before the run ` +
      `${machine.loadBefore.toFixed(1)}; ${grouped(result.events)} events, ${String(result.rounds)} rounds; the production process ${grouped(result.productionEvents)}. Raw figures: [intake.json](evidence/intake.json).`,
  ];
}

function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
