import { expect, test } from '@jest/globals';
import { addValue, buildBaseline, FeatureLayout, WindowCounts } from '@drawbridge/drift';
import { chooseExemplars, type ExemplarCandidate } from './exemplars.js';

test('a row without the feature that drifted is no example, though every object inherits something of that name', () => {
  const layout = new FeatureLayout(
    buildBaseline({
      features: [{ name: 'constructor', kind: 'categorical' }],
      columns: { constructor: Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 'a' : 'b')) },
    }),
  );
  const counts = new WindowCounts(layout);
  for (let i = 0; i < 100; i += 1) {
    counts.addRow();
    addValue(counts, 0, 'new');
  }
  const candidate = (predictionId: string, features: string): ExemplarCandidate => ({
    predictionId,
    traceId: null,
    features,
    score: null,
    outputClass: null,
  });
  const found = chooseExemplars([candidate('absent', '{}'), candidate('present', '{"constructor":"new"}')], layout, counts, [
    'constructor',
  ]);
  expect(found.map(({ predictionId }) => predictionId)).toEqual(['present']);
});
