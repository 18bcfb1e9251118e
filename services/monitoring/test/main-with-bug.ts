import { PredictionReader } from '../src/intake/prediction.reader.js';

type Features = (this: PredictionReader) => string | Uint8Array | null;

/** The service with a bug that some predictions meet, at the worst moment: when half of the record has been counted. */
const features = Reflect.get(PredictionReader.prototype, 'features') as Features;

PredictionReader.prototype.features = function (this: PredictionReader) {
  if (this.row.predictionId.startsWith('bug-')) throw new TypeError('x is not a function');
  return features.call(this);
};

await import('../src/main.js');
