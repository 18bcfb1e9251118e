import { type Static, Type } from '@sinclair/typebox';

/** RFC 3339, UTC. */
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });

/** 64 hexadecimal digits, lower case. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 hexadecimal digits' });

export const Actor = Type.Object({
  type: Type.Union([Type.Literal('person'), Type.Literal('machine'), Type.Literal('system')]),
  id: Type.String({ minLength: 1 }),
  name: Type.Optional(Type.String()),
});
/** Who did it. Actions taken by Drawbridge itself carry `system`. */
export type Actor = Static<typeof Actor>;

export const ContentRef = Type.Object({
  uri: Type.String({ description: 'path below the registry’s address' }),
  sha256: Sha256,
  bytes: Type.Integer({ minimum: 0, description: 'size' }),
});
/** A document or file addressed by its content; `uri` is a path below the registry's address. */
export type ContentRef = Static<typeof ContentRef>;

export const ArtifactRef = Type.Composite([ContentRef, Type.Object({ format: Type.String({ description: 'such as onnx' }) })]);
export type ArtifactRef = Static<typeof ArtifactRef>;

export const Datatype = Type.Union(
  (['BOOL', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'FP32', 'FP64', 'BYTES'] as const).map((name) =>
    Type.Literal(name),
  ),
);
export type Datatype = Static<typeof Datatype>;

export const TensorSpec = Type.Object({
  name: Type.String({ minLength: 1 }),
  datatype: Datatype,
  shape: Type.Array(Type.Integer({ minimum: -1 }), { description: '-1 is a variable dimension' }),
});
export type TensorSpec = Static<typeof TensorSpec>;

export const Signature = Type.Object({
  inputs: Type.Array(TensorSpec, { minItems: 1 }),
  outputs: Type.Array(TensorSpec, { minItems: 1 }),
  /** Which output is the prediction, and which the score that monitoring follows. */
  prediction: Type.Optional(
    Type.Object({
      task: Type.Union([Type.Literal('binary'), Type.Literal('multiclass'), Type.Literal('regression')]),
      value: Type.String({ description: 'name of the output tensor with the class or the value' }),
      score: Type.Optional(Type.String({ description: 'name of the output tensor with the score or scores' })),
      scoreIndex: Type.Optional(
        Type.Integer({ minimum: 0, description: 'for a score tensor with a column per class: the column of the positive class' }),
      ),
      threshold: Type.Optional(Type.Number({ description: 'score from which the positive class is predicted' })),
    }),
  ),
});
/** What a model takes and gives, in the words of the Open Inference Protocol. */
export type Signature = Static<typeof Signature>;

export const Variant = Type.Union([Type.Literal('stable'), Type.Literal('candidate'), Type.Literal('shadow')]);
export type Variant = Static<typeof Variant>;

export const Severity = Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high'), Type.Literal('critical')]);
export type Severity = Static<typeof Severity>;

export const Budget = Type.Object({
  atMost: Type.Number({ exclusiveMinimum: 0, description: 'false alarms' }),
  per: Type.String({ description: 'a duration such as 30d, or a number of windows such as 500w' }),
});
/** The false alarms a user is ready to bear. */
export type Budget = Static<typeof Budget>;

export const MonitorSettings = Type.Object({
  windowSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
  latenessSeconds: Type.Optional(
    Type.Integer({ minimum: 0, description: 'rows this much behind the newest of their partition still find their window open' }),
  ),
  horizonSeconds: Type.Optional(Type.Integer({ minimum: 0, description: 'A window may be revised until it is this old in event time' })),
  idleSeconds: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: 'A partition read to its end and silent for this wall time stops holding windows open',
    }),
  ),
  materiality: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 10, description: 'change, as PSI equivalent, below which nothing is an alarm' }),
  ),
  assurance: Type.Optional(Type.Number({ minimum: 0.5, exclusiveMaximum: 1 })),
  budget: Type.Optional(Budget),
  minRows: Type.Optional(Type.Integer({ minimum: 1 })),
  quietWindows: Type.Optional(Type.Integer({ minimum: 1 })),
  labelCoverage: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'share of labels from which a window’s performance counts as measured' }),
  ),
  labelHorizonSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
  keepRate: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'share of predictions kept for labels and as examples, by their ids; windows count all',
    }),
  ),
  segments: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      maxItems: 5,
      uniqueItems: true,
      description: 'keys of `segments` of the predictions, by whose values windows count their rows as well',
    }),
  ),
});
/** What an operator may set on a monitor; absent fields take the documented defaults. */
export type MonitorSettings = Static<typeof MonitorSettings>;

export const RolloutStep = Type.Object({
  weight: Type.Integer({ minimum: 0, maximum: 100, description: 'percent of the traffic that the candidate gets in this step' }),
  windows: Type.Integer({ minimum: 0, description: 'closed and judged windows of both arms that must pass before the next step' }),
  minSamples: Type.Integer({ minimum: 0, description: 'rows the candidate must have in a window for it to count' }),
  minWallSeconds: Type.Optional(Type.Number({ minimum: 0 })),
});
export type RolloutStep = Static<typeof RolloutStep>;

export const RolloutStrategy = Type.Object({
  kind: Type.Union([Type.Literal('direct'), Type.Literal('canary')]),
  steps: Type.Array(RolloutStep),
  readyWithinSeconds: Type.Optional(
    Type.Number({ minimum: 1, description: 'the rollout fails when serving says for so long that the version is not ready; default 300' }),
  ),
});
/** `direct` puts everything on the new version at once; `canary` climbs the steps and ends at 100 %. */
export type RolloutStrategy = Static<typeof RolloutStrategy>;

export const GuardVerdict = Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('inconclusive')]);
export type GuardVerdict = Static<typeof GuardVerdict>;

export const GuardCheck = Type.Object({
  guard: Type.String({ description: 'drift, errors, latency, accuracy …' }),
  candidate: Type.Union([Type.Number(), Type.Null()], { description: 'figure of the candidate' }),
  stable: Type.Union([Type.Number(), Type.Null()], { description: 'figure of the stable version' }),
  candidateRows: Type.Integer({ minimum: 0 }),
  stableRows: Type.Integer({ minimum: 0 }),
  interval: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
  bound: Type.String({ description: 'the bound in words, e.g. <= stable + 1 percentage point' }),
  verdict: GuardVerdict,
  why: Type.String({ description: 'the verdict in words' }),
});
export type GuardCheck = Static<typeof GuardCheck>;

export const FeatureFinding = Type.Object({
  feature: Type.String(),
  effect: Type.Number({ description: 'PSI equivalent, corrected for the bias of a finite sample' }),
  interval: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
  words: Type.Optional(Type.String()),
  statistic: Type.Number({ description: '-log10 of the p-value, larger is further from the baseline' }),
  threshold: Type.Number({ description: 'what the statistic must pass, from the budget' }),
  alarming: Type.Boolean(),
  moved: Type.Optional(
    Type.Boolean({ description: 'belongs to the list of what moved in an alarming window, though it need not be an alarm by itself' }),
  ),
  test: Type.Optional(Type.String()),
  /** Cells that moved most: a category or a bin, with its share before and now. */
  topCells: Type.Optional(
    Type.Array(Type.Object({ cell: Type.String(), reference: Type.Number(), window: Type.Number(), contribution: Type.Number() })),
  ),
});
export type FeatureFinding = Static<typeof FeatureFinding>;

export const SegmentFinding = Type.Object({
  key: Type.String({ description: 'key of `segments` of the predictions' }),
  value: Type.String({ description: '`(other)`: all values beyond those told apart; `(none)`: rows without the key' }),
  n: Type.Integer({ minimum: 0, description: 'rows, failed requests included' }),
  errors: Type.Integer({ minimum: 0 }),
  prediction: Type.Union([Type.Object({ mean: Type.Number(), n: Type.Integer({ minimum: 0 }) }), Type.Null()]),
  p95Ms: Type.Union([Type.Number(), Type.Null()], { description: 'latency that 95 % of its rows stay below' }),
  worst: Type.Optional(
    Type.Object(
      {
        feature: Type.String(),
        effect: Type.Number({ description: 'PSI equivalent against the whole baseline' }),
        interval: Type.Tuple([Type.Number(), Type.Number()]),
        words: Type.String(),
      },
      { description: 'the feature furthest from the baseline; absent where the rows are fewer than `minRows`. It raises no alarm' },
    ),
  ),
});
/** One segment of a window: the rows with one value of a declared key. */
export type SegmentFinding = Static<typeof SegmentFinding>;

export const Exemplar = Type.Object({
  predictionId: Type.String(),
  traceId: Type.Optional(Type.String()),
  contribution: Type.Optional(Type.Number()),
});
export type Exemplar = Static<typeof Exemplar>;

export const WindowCounts = Type.Object({
  id: Type.String(),
  start: Timestamp,
  end: Timestamp,
  revision: Type.Integer({ minimum: 1 }),
  n: Type.Integer({ minimum: 0, description: 'rows counted, each prediction once' }),
  expected: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'n and the drops that producers announced; null when none announces any',
  }),
  late: Type.Integer({ minimum: 0, description: 'rows of n that came later than the lateness bound' }),
  deduplicated: Type.Integer({ minimum: 0, description: 'repeats that were not counted' }),
  rejected: Type.Integer({ minimum: 0, description: 'rows that went to the dead letters' }),
  coverage: Type.Union([Type.Number(), Type.Null()], { description: 'n / expected' }),
});
export type WindowCounts = Static<typeof WindowCounts>;
