import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeploymentView } from '@drawbridge/contracts';
import { daysBetween } from '@drawbridge/example-flights';
import { approve, certify, deploy, register } from '../src/story/bridge.js';
import { play } from '../src/story/chapters.js';
import { givenBy } from '../src/story/given.js';
import { Report } from '../src/story/report.js';
import { monitoring, setStage, type Stage, strikeStage } from '../src/story/stage.js';
import { allCounted, judged, noDrift, windowsOf } from '../src/story/windows.js';

const longMs = 200_000;

let stage: Stage;

/**
 * The story without its causes: no storm days, no clock mistake, no new market. Same thresholds, same windows, same policy; if any of
 * the story's alarms came here too, the story would prove nothing.
 *
 * It is a second run on the story's stack as well: another project, but the same names of model and endpoint and the same prediction
 * ids. Every row is counted all the same, and no event of the story is taken for one of this run.
 */
describe('control runs', () => {
  beforeAll(async () => {
    stage = await setStage(givenBy(process.env), new Report(false), { pipelines: { '2': 'local-hour' } });
    const { ana, model, endpoint } = stage;
    await ana.post('/models', { name: model, description: 'control', owner: 'control', riskClass: 'medium' });
    await register(stage, '1');
    await approve(stage, '1');
    await ana.post('/endpoints', { name: endpoint, environment: 'production', model, monitoring });
    await deploy(stage, '1', 'direct');
  }, longMs);

  afterAll(async () => {
    await strikeStage(stage);
  });

  test(
    'without the storm days March raises no alarm',
    async () => {
      const days = [...daysBetween('2001-03-01', '2001-03-04'), ...daysBetween('2001-03-07', '2001-03-10')];
      await play(stage, days, 'eastern');
      await allCounted(stage, '1', days);
      expect(judged(windowsOf(stage, '1').values())).toHaveLength(days.length);
      noDrift(stage, '1');
    },
    longMs,
  );

  test(
    'without the clock mistake the candidate is not rolled back',
    async () => {
      await certify(stage, '2');
      const { id } = await deploy(stage, '2', 'canary');
      const promoted = (): boolean => stage.tape.all('deployment.promoted', ({ data }) => data.deploymentId === id).length > 0;
      await play(stage, daysBetween('2001-04-01', '2001-04-20'), 'eastern', promoted);
      await stage.tape.next('promotion of the sound candidate', 'deployment.promoted', ({ data }) => data.deploymentId === id);
      const passed = stage.tape.all('deployment.analyzed', ({ data }) => data.deploymentId === id && data.verdict === 'pass');
      expect(passed.length).toBeGreaterThanOrEqual(3);
      expect(stage.tape.all('deployment.rolledback', ({ data }) => data.model === stage.model)).toEqual([]);
      noDrift(stage, '2');
    },
    longMs,
  );

  test(
    'without the new market nobody asks for retraining',
    async () => {
      await certify(stage, '4');
      const { id } = await deploy(stage, '4', 'canary');
      const days = daysBetween('2001-05-01', '2001-05-05');
      await play(stage, days, 'eastern');
      await stage.tape.next(
        'a judged pair of windows',
        'deployment.analyzed',
        ({ data }) => data.deploymentId === id && data.verdict === 'pass',
      );
      expect(judged(windowsOf(stage, '4').values()).length).toBeGreaterThan(0);
      expect(stage.tape.all('retraining.requested', ({ data }) => data.model === stage.model)).toEqual([]);
      expect((await stage.ana.get<DeploymentView>(`/deployments/${id}`)).status).not.toBe('paused');
    },
    longMs,
  );
});
