import { givenBy } from './given.js';
import { Report } from './report.js';
import { pageOf, setStage, type Stage, strikeStage } from './stage.js';
import { tell } from './story.js';

/** How long producer and consumer may take to say goodbye. */
const FAREWELL_MS = 3000;

/** Plays the story against a running installation. Ends with 0 only if every step happened. */
async function play(report: Report): Promise<number> {
  let stage: Stage | undefined;
  let code = 0;
  try {
    stage = await setStage(givenBy(process.env), report);
    report.note(`project ${stage.project}, nobody else's: ${pageOf(stage, '/')}`);
    await tell(stage);
  } catch (error) {
    report.failed('the story stopped', error);
    code = 1;
  }
  if (stage !== undefined) await Promise.race([strikeStage(stage), new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))]);
  const missing = report.missing();
  for (const name of missing) report.failed(name, 'this step did not happen');
  if (missing.length > 0) code = 1;
  else if (code === 0) report.note(`the whole story took ${report.seconds.toFixed(0)} s`);
  return code;
}

const code = await play(new Report(process.argv.includes('--json')));
// What a failed step left waiting, an open request or a client's retry, must not keep the process: only what was written must be out.
process.stdout.write('', () => process.exit(code));
