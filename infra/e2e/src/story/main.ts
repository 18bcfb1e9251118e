import { givenBy } from './given.js';
import { Report } from './report.js';
import { setStage, strikeStage } from './stage.js';
import { tell } from './story.js';

/** Plays the story against a running installation. Exits 0 only if every step happened. */
const report = new Report(process.argv.includes('--json'));
const stage = await setStage(givenBy(process.env), report);
try {
  await tell(stage);
} catch (error) {
  report.failed('the story stopped', error);
  process.exitCode = 1;
} finally {
  await strikeStage(stage);
}
const missing = report.missing();
for (const name of missing) report.failed(name, 'this step did not happen');
if (missing.length > 0) process.exitCode = 1;
else report.note(`the whole story took ${report.seconds.toFixed(0)} s`);
