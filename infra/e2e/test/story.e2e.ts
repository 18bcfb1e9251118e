import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chapterFive } from '../src/story/chapter-five.js';
import { chapterFour, chapterOne, chapterThree, chapterTwo, steps } from '../src/story/chapters.js';
import { givenBy } from '../src/story/given.js';
import { Report } from '../src/story/report.js';
import { setStage, type Stage, strikeStage } from '../src/story/stage.js';

const chapterMs = 300_000;

let stage: Stage;
let broken: string | undefined;

/** A chapter stands on the one before: after a failure the rest is not played. */
function chapter(name: string, play: () => Promise<void>): void {
  test(
    name,
    async () => {
      if (broken !== undefined) throw new Error(`not played, because this failed: ${broken}`);
      broken = name;
      await play();
      broken = undefined;
    },
    chapterMs,
  );
}

/** The same chapters that the demonstration plays; each is one test, and a chapter that fails stops the rest. */
describe('the story of the flights', () => {
  beforeAll(async () => {
    stage = await setStage(givenBy(process.env), new Report(false));
    stage.report.expect(Object.values(steps));
  }, chapterMs);

  afterAll(async () => {
    await leaveFacts();
    await strikeStage(stage);
  });

  chapter('a model is registered, approved by a second person and deployed', () => chapterOne(stage));
  chapter('ordinary days are quiet, the storm is detected and resolved, every row is counted once', () => chapterTwo(stage));
  chapter('a candidate with a clock mistake is rolled back, its successor is promoted', () => chapterThree(stage));
  chapter('a new market moves both arms: no rollback, one retraining request', () => chapterFour(stage));
  chapter('late and corrected labels give measured and revised performance', () => chapterFive(stage, '2001-05-10'));
  test('every step of the story happened, and no event came twice with different content', () => {
    expect(stage.report.missing()).toEqual([]);
    expect(stage.tape.contradictions).toEqual([]);
    expect(stage.replay.ledger.total()).toBeGreaterThanOrEqual(500_000);
  });
});

/** What the suites after this one look at. */
async function leaveFacts(): Promise<void> {
  const file = process.env['DRAWBRIDGE_E2E_FACTS'];
  if (file === undefined) return;
  const { project, model, endpoint, keys } = stage;
  const rollback = stage.tape.all('deployment.rolledback', ({ data }) => data.model === model)[0];
  const incident = stage.tape.all('incident.opened', ({ data }) =>
    data.affected.some((each) => each.deploymentId === rollback?.data.deploymentId),
  )[0];
  await writeFile(
    file,
    JSON.stringify({
      consoleUrl: stage.console,
      servingUrl: stage.serving,
      keys: { admin: process.env['DRAWBRIDGE_API_KEY'], ...keys },
      project,
      model,
      endpoint,
      deploymentIds: Object.fromEntries(stage.deployments),
      incidentId: incident?.data.incidentId,
      traceId: rollback?.traceId,
    }),
    { mode: 0o600 },
  );
}
