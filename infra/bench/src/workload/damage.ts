import type { Random } from './random.js';

/** Ways in which events are broken by those who write them. None leaves an event that may be counted. */
const ways: readonly ((value: string) => string)[] = [
  (value) => value.slice(0, value.length >>> 1),
  (value) => value.slice(0, -1),
  (value) => `[${value}]`,
  (value) => value.replace('"predictionId":', '"predictionid":'),
  (value) => value.replace(/"time":"[^"]*"/, '"time":"yesterday"'),
  (value) => value.replace('"version":"3",', ''),
  (value) => value.replace(/"num_gauss_3":[^,]*/, '"num_gauss_3":{"value":1}'),
  (value) => value.replace(/"score":[^,]*/, '"score":"high"'),
  (value) => value.replace('"latencyMs":', '"latencyMs":-'),
  (value) => value.replace('"status":"ok"', '"status":"fine"'),
  (value) => value.replace('"amount_1":', '"amount_1":0'),
  () => '',
];

export function damaged(value: string, random: Random): string {
  return ways[random.next() % ways.length]!(value);
}
