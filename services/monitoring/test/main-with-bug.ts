import { PredictionReader } from '../src/intake/prediction.reader.js';

type Features = PredictionReader['storedFeatures'];

/** The service with a bug that some predictions meet, at the worst moment: when half of the record has been counted. */
const features = Reflect.get(PredictionReader.prototype, 'storedFeatures') as Features;

PredictionReader.prototype.storedFeatures = function (this: PredictionReader) {
  if (this.id().startsWith('bug-')) throw new TypeError('x is not a function');
  return features.call(this);
};

await import('../src/main.js');
