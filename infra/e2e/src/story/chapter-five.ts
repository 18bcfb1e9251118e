import { dayName, DAY_MS, dayStart } from '@drawbridge/example-flights';
import type { Recorded } from '../outsider/tape.js';
import { steps } from './chapters.js';
import { must } from './check.js';
import type { Stage } from './stage.js';
import { originalDay } from './windows.js';

type Measured = Recorded<'performance.measured'> | Recorded<'performance.revised'>;

/** Late, disordered and corrected labels become accuracy, AUC, Brier score and calibration of each window. */
export async function chapterFive(stage: Stage, lastDay: string): Promise<void> {
  const { report, tape, model, replay } = stage;
  report.chapter('5  The labels arrive');
  // Two weeks until the last label is known, one more until the last correction.
  const sent = await replay.labelsUntil(dayName(dayStart(lastDay) + 22 * DAY_MS));
  report.note(`${String(sent)} labels of the last weeks`);
  const measured = await tape.next(
    'performance of March',
    'performance.measured',
    ({ data }) => data.model === model && data.version === '1',
  );
  const early = (): Recorded<'performance.measured'>[] =>
    tape.all(
      'performance.measured',
      ({ data }) => data.model === model && data.version === '1' && originalDay(stage, data.start) <= '2001-03-31',
    );
  await waitFor('all days of March measured', () => early().length >= 31);
  for (const metric of ['accuracy', 'auc', 'brier']) must(valueOf(measured, metric) !== null, `${metric} was not measured`);
  must((measured.data.calibration ?? []).length > 0, 'the calibration is missing');
  report.step(steps.measured, `${String(early().length)} windows of March; ${describe(stage, measured)}`);

  const revised = await tape.next('a revision', 'performance.revised', ({ data }) => data.model === model && data.revision > 1);
  report.step(
    steps.revised,
    `${String(tape.all('performance.revised', ({ data }) => data.model === model).length)} revisions so far; ${describe(stage, revised)}`,
  );

  await waitFor('version 2 measured', () => measuredOf(stage, '2').length > 0);
  const [cost] = measuredOf(stage, '2');
  must(cost !== undefined, 'version 2 was not measured');
  await waitFor('version 1 measured over the same day', () => measuredOf(stage, '1').some(({ data }) => data.start === cost.data.start));
  const other = measuredOf(stage, '1').find(({ data }) => data.start === cost.data.start);
  must(other !== undefined, 'version 1 was not measured over the same day');
  const [bad, good] = [valueOf(cost, 'brier'), valueOf(other, 'brier')];
  must(
    bad !== null && good !== null && bad > good,
    `the Brier score of version 2 (${String(bad)}) should be worse than that of version 1 (${String(good)})`,
  );
  report.step(steps.costShown, `same day, version 2: ${metricsOf(cost)}; version 1: ${metricsOf(other)}`);
}

function measuredOf(stage: Stage, version: string): Recorded<'performance.measured'>[] {
  return stage.tape.all('performance.measured', ({ data }) => data.model === stage.model && data.version === version);
}

function valueOf(event: Measured, metric: string): number | null {
  return event.data.metrics.find((each) => each.metric === metric)?.value ?? null;
}

function metricsOf(event: Measured): string {
  return ['accuracy', 'auc', 'brier'].map((metric) => `${metric} ${valueOf(event, metric)?.toFixed(3) ?? 'unknown'}`).join(', ');
}

function describe(stage: Stage, event: Measured): string {
  const { revision, labelled, ofN, start } = event.data;
  return `${originalDay(stage, start)} revision ${String(revision)}: ${metricsOf(event)} (${String(labelled)} of ${String(ofN)} labelled)`;
}

async function waitFor(what: string, ready: () => boolean, timeoutMs = 90_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!ready()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${String(timeoutMs / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
