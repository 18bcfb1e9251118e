import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { digestOf, eventsOf, referenceLines, variantOf, variants } from './variants.js';

describe('the workload', () => {
  test('the first form has the bytes by which the design was measured', () => {
    const hash = createHash('sha256');
    let bytes = 0;
    for (const line of referenceLines()) {
      hash.update(line);
      bytes += line.length - 1;
    }
    expect(hash.digest('hex')).toBe('eb564c31e21264bc803c2f45b6ae4214b15e8712e98773f3f842b3c116a934d1');
    expect(Math.round(bytes / 20_000)).toBe(627);
  });

  test.each(variants.map((variant) => [variant.name, variant] as const))('%s has the bytes of its stored hash', (_, variant) => {
    expect(digestOf(variant)).toBe(variant.sha256);
  });

  test('an event is what a producer of the contract sends', () => {
    const [first] = eventsOf(variantOf('logged'), 1);
    expect(first).toEqual({
      key: '019b76da-a800-7a9b-b842-0eb08eb3f487',
      value:
        '{"predictionId":"019b76da-a800-7a9b-b842-0eb08eb3f487","time":"2026-01-01T00:00:00.000Z","model":"credit-risk","version":"3","features":{"num_gauss_0":-4.2674,"num_gauss_1":-3.0689,"num_gauss_2":-2.4418,"num_gauss_3":6.1861,"num_gauss_4":8.2949,"num_gauss_5":14.807,"num_gauss_6":11.8004,"num_gauss_7":16.1115,"amount_0":11.54,"amount_1":16.18,"amount_2":54.12,"amount_3":131.39,"ratio_0":0.148739,"ratio_1":0.139014,"count_0":1,"count_1":96,"optional_0":9.134,"category_8":"c0","category_32":"c2","category_200":"c25"},"output":{"score":0.763827,"class":"1"},"latencyMs":5.703,"status":"ok"}',
      headers: { 'content-type': 'application/json', traceparent: '00-b61ba074dabfbedea07a48df36844a21-dbcf826e0410cfc5-01' },
    });
  });

  test('what a fault does not strike stays as it is', () => {
    const plain = [...eventsOf(variantOf('logged'), 2000)].map(({ value }) => value);
    for (const name of ['malformed', 'late', 'repeated']) {
      const struck = [...eventsOf(variantOf(name), 2000)].filter(({ value }, index) => value !== plain[index]).length;
      expect(struck).toBeGreaterThan(8);
      expect(struck).toBeLessThan(40);
    }
  });
});
