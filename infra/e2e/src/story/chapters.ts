import type { DeploymentView, IncidentView, LineageView, Page } from '@drawbridge/contracts';
import { daysBetween, type Population } from '@drawbridge/example-flights';
import { eventually } from '../outsider/api.js';
import { approve, asked, certify, deploy, register } from './bridge.js';
import { causesWith } from './causes.js';
import { must, mustEqual } from './check.js';
import { monitoring, pageOf, routing, type Stage } from './stage.js';
import { allCounted, inWords, judged, originalDay, windowsOf } from './windows.js';

/** What the story promises, step by step; a run that lacks one has failed. */
export const steps = {
  registered: 'version 1 is registered with its evidence',
  ownApprovalRefused: 'the author cannot approve her own version',
  approved: 'a second person approves',
  deployed: 'version 1 serves all of the traffic',
  marchCounted: 'every prediction of March is counted exactly once',
  stormDetected: 'the storm of 5 and 6 March is detected, and nothing else',
  stormResolved: 'the alarm resolves when the storm has passed',
  canaryStarted: 'version 2 starts as a canary',
  mistakeDetected: 'drift of the candidate alone is detected',
  rolledBack: 'version 2 is rolled back automatically',
  incidentOpened: 'the incident holds the evidence',
  promoted: 'version 3 passes all steps and is promoted',
  bothMoved: 'the new market moves both arms',
  retrainingRequested: 'one retraining request names the cause, and nothing is rolled back',
  measured: 'late labels give measured performance',
  revised: 'corrected labels revise it',
  costShown: 'the labels show what version 2 would have cost',
} as const;

/** Plays days one after another, each under the routing that the client reads at its beginning, until `enough` says so. */
export async function play(
  stage: Stage,
  days: readonly string[],
  population: Population,
  enough: () => boolean = () => false,
): Promise<string[]> {
  const played: string[] = [];
  for (const day of days) {
    const report = await stage.replay.day(day, await routing(stage), population);
    played.push(day);
    const arms = Object.entries(report.byVersion).map(([version, n]) => `v${version} ${String(n)}`);
    stage.report.note(`${day} (as ${report.windowStart.slice(0, 10)})  ${arms.join(', ')}; ${String(report.labels)} labels`);
    if (enough()) break;
  }
  return played;
}

export async function chapterOne(stage: Stage): Promise<void> {
  const { report, ana, tape, model, endpoint } = stage;
  report.chapter('1  A model asks to cross');
  await ana.post('/models', {
    name: model,
    description: 'Is this flight more than 15 minutes late?',
    owner: `ana-${stage.run}`,
    riskClass: 'medium',
  });
  const registered = await register(stage, '1');
  const lineage = await ana.get<LineageView>(`/models/${model}/versions/1/lineage`);
  must(lineage.datasets.length > 0 && lineage.baseline !== undefined, 'the lineage lacks datasets or baseline');
  report.step(
    steps.registered,
    `${model}@1, sha256 ${registered.data.artifact.sha256.slice(0, 16)}…, auc ${String(registered.data.metrics['auc']?.toFixed(3))}, trace ${pageOf(stage, `/traces/${registered.traceId ?? ''}`)}`,
  );

  const question = await asked(stage, '1');
  const refusal = await eventually('refusal of the own approval', async () => {
    const error = await ana.refused('POST', `/approvals/${question.data.approvalId}/decisions`, {
      decision: 'approved',
      comment: 'trust me',
    });
    return error.status === 403 ? error : undefined;
  });
  mustEqual(refusal.problem.code, 'DBR-APPROVAL-OWN-VERSION', 'the reason of the refusal');
  report.step(steps.ownApprovalRefused, `403 ${String(refusal.problem.code)}: ${String(refusal.problem.detail)}`);

  const closed = await approve(stage, '1');
  report.step(
    steps.approved,
    `approval ${closed.data.approvalId} binds sha256 ${closed.data.bindsTo.artifactSha256.slice(0, 16)}…, policy ${closed.data.bindsTo.policyVersion}, until ${closed.data.expiresAt}`,
  );

  await eventually('endpoint', () =>
    ana.post('/endpoints', { name: endpoint, environment: 'production', model, monitoring }).catch(retryWhenUnknown),
  );
  const deployment = await deploy(stage, '1', 'direct');
  const promoted = await tape.next('promotion of 1', 'deployment.promoted', ({ data }) => data.deploymentId === deployment.id);
  report.step(steps.deployed, `deployment ${deployment.id}, ${pageOf(stage, `/deployments/${deployment.id}`)}, event ${promoted.id}`);
}

/** A model that is not projected yet is asked for again. */
function retryWhenUnknown(error: unknown): undefined {
  if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
  throw error;
}

/** Expected alarms by date: a find in the data, written down here for the comparison only. */
export const stormDays = ['2001-03-05', '2001-03-06'];

export async function chapterTwo(stage: Stage, days = daysBetween('2001-03-01', '2001-03-31')): Promise<void> {
  const { report, tape, model } = stage;
  report.chapter('2  March: ordinary days, and a storm');
  const played = await play(stage, days, 'eastern');
  const counted = await allCounted(stage, '1', played);
  const windows = windowsOf(stage, '1');
  const verdicts = judged(windows.values());
  must(verdicts.length === played.length, `${String(verdicts.length)} of ${String(played.length)} windows were judged`);
  report.step(
    steps.marchCounted,
    `sent ${String(counted)} = sum of windows.n ${String(counted)}; ${String(verdicts.length)} windows judged`,
  );

  const alarming = [...windows].filter(([, { data }]) => data.verdict === 'alarming').map(([day]) => day);
  mustEqual(alarming.sort(), stormDays, 'days that alarmed');
  const storm = await tape.next('detection of the storm', 'drift.detected', ({ data }) => data.model === model);
  mustEqual(tape.all('drift.detected', ({ data }) => data.model === model).length, 1, 'number of detections');
  // Origin and destination raise the alarm; what moved with them is listed beside, by false discovery rate.
  const moved = storm.data.features.filter((finding) => finding.moved ?? finding.alarming).map((finding) => finding.feature);
  for (const feature of ['origin', 'destination', 'distance'])
    must(moved.includes(feature), `${feature} should be among what moved: ${moved.join()}`);
  must(storm.data.exemplars.length > 0, 'a detection carries exemplar predictions');
  report.step(
    steps.stormDetected,
    `${originalDay(stage, storm.data.window.start)}, n=${String(storm.data.window.n)}: ${inWords(storm.data.features)}`,
    { detectionId: storm.data.detectionId },
  );

  const resolved = await tape.next('end of the storm', 'drift.resolved', ({ data }) => data.detectionId === storm.data.detectionId);
  const until = windows.get('2001-03-09');
  must(until !== undefined, 'no window of 9 March');
  report.step(steps.stormResolved, `${String(resolved.data.windowsClear)} quiet windows later, event ${resolved.id}`);
}

export async function chapterThree(stage: Stage): Promise<void> {
  const { report, tape, model, ana } = stage;
  const april = daysBetween('2001-04-01', '2001-04-30');
  report.chapter('3  April: a candidate whose client sends the hour in UTC');
  await certify(stage, '2');
  const bad = await deploy(stage, '2', 'canary');
  report.step(steps.canaryStarted, `${String(10)} % of the traffic, deployment ${bad.id}`);
  const back = (): boolean => tape.all('deployment.rolledback', ({ data }) => data.deploymentId === bad.id).length > 0;
  const first = await play(stage, april.slice(0, 6), 'eastern', back);
  const rollback = await tape.next('rollback of version 2', 'deployment.rolledback', ({ data }) => data.deploymentId === bad.id);

  const drift = await tape.next('drift of version 2', 'drift.detected', ({ data }) => data.model === model && data.version === '2');
  must(drift.data.scope.features.includes('hour'), `the hour should be named, got ${drift.data.scope.features.join()}`);
  const stable = await tape.next(
    'window of the stable arm over the same period',
    'window.closed',
    ({ data }) => data.model === model && data.version === '1' && data.window.start === drift.data.window.start,
  );
  mustEqual(stable.data.verdict, 'quiet', 'the stable arm over the same period');
  report.step(
    steps.mistakeDetected,
    `n=${String(drift.data.window.n)}: ${inWords(drift.data.features)}; stable arm quiet over the same day (n=${String(stable.data.window.n)})`,
  );

  const { data } = rollback;
  mustEqual([data.automatic, data.actor.type, data.from, data.to], [true, 'system', '2', '1'], 'automatic, actor, from, to');
  const chain = await causesWith(tape, rollback, 'window.closed');
  must(
    data.evidence.exemplars.length > 0 && data.evidence.features.some((finding) => finding.feature === 'hour'),
    'the rollback lacks evidence',
  );
  report.step(
    steps.rolledBack,
    `${chain.map((event) => event.topic).join(' ← ')}; ${data.reason}; took ${String(data.tookMs)} ms; ${report.seconds.toFixed(0)} s into the story`,
    { deploymentId: bad.id },
  );

  // The incident opens with the detection and takes in the rollback when that event arrives.
  const incident = await eventually('incident of the rollback', async () => {
    const page = await ana.get<Page<IncidentView>>('/incidents');
    const item = page.items.find((each) => each.affected.some((affected) => affected.deploymentId === bad.id));
    if (item === undefined) return undefined;
    const whole = await ana.get<IncidentView>(`/incidents/${item.id}`);
    return whole.evidence.rollback === undefined ? undefined : whole;
  });
  must(incident.evidence.detections.length > 0, 'the incident lacks frozen evidence');
  report.step(steps.incidentOpened, `${pageOf(stage, `/incidents/${incident.id}`)} : ${incident.title}`, { incidentId: incident.id });

  await certify(stage, '3');
  const good = await deploy(stage, '3', 'canary');
  const promoted = (): boolean => tape.all('deployment.promoted', (event) => event.data.deploymentId === good.id).length > 0;
  const rest = april.slice(first.length);
  const climbed = await play(stage, rest, 'eastern', promoted);
  await tape.next('promotion of version 3', 'deployment.promoted', (event) => event.data.deploymentId === good.id);
  const entered = await eventually('three steps of the canary', () => {
    const steps = tape.all('deployment.step.entered', (event) => event.data.deploymentId === good.id);
    return Promise.resolve(steps.length < 3 ? undefined : steps);
  });
  mustEqual(entered.length, 3, 'steps of the canary');
  report.step(
    steps.promoted,
    `${entered.map((event) => `${String(event.data.plan.weight)} %`).join(' → ')} → 100 %, deployment ${good.id}`,
  );
  await play(stage, rest.slice(climbed.length), 'eastern');
}

export async function chapterFour(stage: Stage, days = daysBetween('2001-05-01', '2001-05-10')): Promise<void> {
  const { report, tape, model, ana } = stage;
  report.chapter('4  May: a new market');
  await certify(stage, '4');
  const canary = await deploy(stage, '4', 'canary');
  await play(stage, days, 'all');
  const request = await tape.next('retraining', 'retraining.requested', ({ data }) => data.model === model);
  const pair = request.data.evidence?.windows ?? [];
  mustEqual(
    pair.map((window) => window.verdict),
    ['alarming', 'alarming'],
    'verdicts of both arms',
  );
  report.step(steps.bothMoved, `${originalDay(stage, request.data.dataWindow.start)}: ${inWords(request.data.cause.features)}`);

  const view = await ana.get<DeploymentView>(`/deployments/${canary.id}`);
  mustEqual(view.status, 'paused', 'status of the canary');
  mustEqual(tape.all('deployment.rolledback', ({ data }) => data.deploymentId === canary.id).length, 0, 'rollbacks');
  mustEqual(tape.all('retraining.requested', ({ data }) => data.model === model).length, 1, 'retraining requests');
  report.step(steps.retrainingRequested, `request ${request.data.requestId}: ${request.data.cause.summary}`);
}
