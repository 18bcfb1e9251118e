import { buildBaseline, type BaselineDocument, type FeatureSpec } from '@drawbridge/drift';
import { FlightFile, slice } from './flights.js';
import type { FlightModel } from './models.js';
import { buildFeatures } from './pipeline.js';
import { Scorer } from './score.js';

/** What is monitored, and how. Hours and weekdays are fields of the calendar, not quantities. */
export const MONITORED_FEATURES: readonly FeatureSpec[] = [
  { name: 'distance', kind: 'numeric' },
  { name: 'hour', kind: 'calendar', calendar: 'hour' },
  { name: 'weekday', kind: 'calendar', calendar: 'weekday' },
  { name: 'origin', kind: 'categorical' },
  { name: 'destination', kind: 'categorical' },
];
export const PREDICTION: FeatureSpec = { name: 'score', kind: 'numeric' };

const ROWS_PER_SCORING = 20_000;

/**
 * The profile of eastern January and February with this model's own scores, made where the data is. The performance
 * in it is that of the holdout: on its own training rows any model looks better than it is.
 */
export async function flightBaseline(model: FlightModel, file?: FlightFile): Promise<BaselineDocument> {
  const flights = await (file ?? (await FlightFile.open())).read('2001-01-01', '2001-02-28', 'eastern');
  const features = buildFeatures(flights, 'local-hour');
  const probability = new Float32Array(flights.length);
  const scorer = await Scorer.load(model.onnx);
  for (let from = 0; from < flights.length; from += ROWS_PER_SCORING) {
    const part = slice(flights, from, Math.min(flights.length, from + ROWS_PER_SCORING));
    probability.set((await scorer.score(buildFeatures(part, 'local-hour'))).probability, from);
  }
  await scorer.close();
  return buildBaseline({
    features: MONITORED_FEATURES,
    columns: {
      distance: features.distance,
      hour: features.hour,
      weekday: features.weekday,
      origin: features.origin,
      destination: features.destination,
    },
    times: flights.time,
    prediction: { spec: PREDICTION, values: probability },
    performance: model.holdout,
  });
}
