import { expect, test } from '@jest/globals';
import { inferenceRequest } from './rows.js';

const metadata = {
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [-1, 1] },
    { name: 'origin', datatype: 'BYTES', shape: [-1] },
    { name: 'embedding', datatype: 'FP32', shape: [-1, 2] },
  ],
};

test('rows become one tensor per input', () => {
  const rows = [
    { distance: 1, origin: 'JFK', embedding: [1, 2] },
    { distance: 2, origin: 'LAX', embedding: [3, 4] },
  ];
  expect(inferenceRequest(metadata, rows)).toEqual({
    inputs: [
      { name: 'distance', datatype: 'FP32', shape: [2, 1], data: [1, 2] },
      { name: 'origin', datatype: 'BYTES', shape: [2], data: ['JFK', 'LAX'] },
      { name: 'embedding', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] },
    ],
  });
});

test.each([
  [[7], 'row 0 is no object'],
  [[{ distance: 1, origin: 'x' }], 'row 0 lacks embedding'],
  [[{ distance: 1, origin: 'x', embedding: [1, 2], hour: 3 }], 'row 0 has hour'],
])('%j is refused by name', (rows, message) => {
  expect(() => inferenceRequest(metadata, rows)).toThrow(message);
});
