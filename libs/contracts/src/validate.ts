import { FormatRegistry } from '@sinclair/typebox';
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import { type EventMap, eventSchemas, type Topic } from './catalogue.js';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

FormatRegistry.Set('date-time', (value) => RFC3339.test(value) && !Number.isNaN(Date.parse(value)));
FormatRegistry.Set('uuid', (value) => UUID.test(value));

/** One thing wrong with a document: where, and what was expected. */
export interface Violation {
  readonly field: string;
  readonly message: string;
}

const compiled = new Map<Topic, TypeCheck<(typeof eventSchemas)[Topic]>>();

function checkerOf(topic: Topic): TypeCheck<(typeof eventSchemas)[Topic]> {
  let checker = compiled.get(topic);
  if (checker === undefined) {
    checker = TypeCompiler.Compile(eventSchemas[topic]);
    compiled.set(topic, checker);
  }
  return checker;
}

/** What is wrong with `value` as an event of `topic`; empty when it keeps the contract. At most ten findings. */
export function violations(topic: Topic, value: unknown): Violation[] {
  const checker = checkerOf(topic);
  if (checker.Check(value)) return identityViolations(topic, value);
  const found: Violation[] = [];
  for (const error of checker.Errors(value)) {
    found.push({ field: error.path.slice(1).replaceAll('/', '.') || '(value)', message: error.message });
    if (found.length === 10) break;
  }
  return found;
}

/** A prediction must say which model answered; JSON Schema says it with `anyOf`, the compiler does not read that. */
function identityViolations(topic: Topic, value: unknown): Violation[] {
  if (topic !== 'prediction.logged' && topic !== 'prediction.batch.logged') return [];
  const prediction = value as EventMap[typeof topic];
  if (prediction.deploymentId !== undefined || (prediction.model !== undefined && prediction.version !== undefined)) return [];
  return [{ field: 'version', message: 'give model with version, or deploymentId' }];
}

/** Narrows a parsed value to the event of a topic. */
export function isEvent<T extends Topic>(topic: T, value: unknown): value is EventMap[T] {
  return violations(topic, value).length === 0;
}
