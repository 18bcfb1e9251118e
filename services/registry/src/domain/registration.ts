import type { RegisterVersion, Signature, TensorSpec, Violation } from '@drawbridge/contracts';
import { tagProblems, versionProblem } from './names.js';

const COMMIT = /^[0-9a-f]{7,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** Entries of one map; a request with more is a mistake, not a model. */
const MAP_LIMIT = 1000;
const KEY_LIMIT = 250;
const PARAMETER_LIMIT = 6000;
/** All evidence travels in one event, which holds 256 KiB at most. */
const EVIDENCE_LIMIT_BYTES = 200 * 1024;

/** What is wrong with a registration beyond the shape of its fields; empty when it can be stored. */
export function registrationProblems(body: RegisterVersion): Violation[] {
  const found: Violation[] = [];
  const add = (field: string, message: string | undefined): void => {
    if (message !== undefined) found.push({ field, message });
  };
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > EVIDENCE_LIMIT_BYTES)
    add('(body)', `has ${bytes} bytes, at most ${EVIDENCE_LIMIT_BYTES} are taken; refer to larger evidence by address and digest`);
  if (body.version !== undefined) add('version', versionProblem(body.version));
  if (!SHA256.test(body.artifact.sha256)) add('artifact.sha256', 'must be 64 hexadecimal digits in lower case');
  if (body.baseline !== undefined && !SHA256.test(body.baseline.sha256)) {
    add('baseline.sha256', 'must be 64 hexadecimal digits in lower case');
  }
  if (body.gitCommit !== undefined && !COMMIT.test(body.gitCommit)) {
    add('gitCommit', 'must be 7 to 64 hexadecimal digits in lower case');
  }
  found.push(...signatureProblems(body.signature));
  found.push(...mapProblems('metrics', body.metrics, (value) => (Number.isFinite(value) ? undefined : 'must be a finite number')));
  found.push(
    ...mapProblems('parameters', body.parameters, (value) =>
      value.length > PARAMETER_LIMIT ? `must have at most ${PARAMETER_LIMIT} characters` : undefined,
    ),
  );
  found.push(...tagProblems(body.tags, 'tags'));
  (body.datasets ?? []).forEach((dataset, index) => {
    const first = body.datasets!.findIndex((other) => other.name === dataset.name && other.digest === dataset.digest);
    if (first !== index) add(`datasets.${index}`, `repeats datasets.${first}`);
  });
  return found;
}

function mapProblems<V>(field: string, map: Readonly<Record<string, V>> | undefined, check: (value: V) => string | undefined): Violation[] {
  const entries = Object.entries(map ?? {});
  if (entries.length > MAP_LIMIT) return [{ field, message: `must have at most ${MAP_LIMIT} entries` }];
  const found: Violation[] = [];
  for (const [key, value] of entries) {
    const tooLong = key.length === 0 || key.length > KEY_LIMIT ? `a key must have 1 to ${KEY_LIMIT} characters` : undefined;
    const problem = tooLong ?? check(value);
    if (problem !== undefined) found.push({ field: `${field}.${key.slice(0, 60)}`, message: problem });
  }
  return found;
}

/** A signature must name each tensor once, and the tensors it calls prediction and score must exist. */
export function signatureProblems(signature: Signature): Violation[] {
  const found: Violation[] = [
    ...repeatedNames('signature.inputs', signature.inputs),
    ...repeatedNames('signature.outputs', signature.outputs),
  ];
  const { prediction } = signature;
  if (prediction === undefined) return found;
  const outputs = new Map(signature.outputs.map((tensor) => [tensor.name, tensor]));
  if (!outputs.has(prediction.value)) {
    found.push({ field: 'signature.prediction.value', message: `no output is called ${prediction.value}` });
  }
  if (prediction.score !== undefined && !outputs.has(prediction.score)) {
    found.push({ field: 'signature.prediction.score', message: `no output is called ${prediction.score}` });
  }
  const columns = outputs.get(prediction.score ?? '')?.shape.at(1);
  if (prediction.scoreIndex !== undefined && columns !== undefined && columns >= 0 && prediction.scoreIndex >= columns) {
    found.push({ field: 'signature.prediction.scoreIndex', message: `the score has ${columns} columns, counted from 0` });
  }
  return found;
}

function repeatedNames(field: string, tensors: readonly TensorSpec[]): Violation[] {
  const seen = new Set<string>();
  const found: Violation[] = [];
  tensors.forEach(({ name }, index) => {
    if (seen.has(name)) found.push({ field: `${field}.${index}.name`, message: `${name} is given twice` });
    seen.add(name);
  });
  return found;
}
