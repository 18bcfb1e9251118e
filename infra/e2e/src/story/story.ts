import { chapterFive } from './chapter-five.js';
import { chapterFour, chapterOne, chapterThree, chapterTwo, steps } from './chapters.js';
import { must, mustEqual } from './check.js';
import type { Stage } from './stage.js';

const MINIMUM_PREDICTIONS = 500_000;

/** The whole story. Throws at the first thing that did not happen. */
export async function tell(stage: Stage): Promise<void> {
  stage.report.expect(Object.values(steps));
  await chapterOne(stage);
  await chapterTwo(stage);
  await chapterThree(stage);
  await chapterFour(stage);
  await chapterFive(stage, '2001-05-10');
  const predictions = stage.replay.ledger.total();
  must(predictions >= MINIMUM_PREDICTIONS, `the story takes ${String(MINIMUM_PREDICTIONS)} predictions, ${String(predictions)} were sent`);
  mustEqual(stage.tape.contradictions, [], 'events that came twice with different content');
  stage.report.note(`${String(predictions)} predictions in ${stage.report.seconds.toFixed(0)} s`);
}
