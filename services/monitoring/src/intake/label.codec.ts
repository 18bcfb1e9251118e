import { eventLimits } from '@drawbridge/contracts';
import { idTimeMs } from '../domain/id-time.js';
import type { ArrivedLabel } from '../domain/label-message.js';
import { parseEventTime } from './event-time.js';
import { checkOptionalText, checkText, parseObject, Reject, wrongType } from './reject.js';

/** One label, ready to be stored. */
export interface LabelRow extends ArrivedLabel {
  /** When the id of its prediction was made, if it says so. */
  readonly madeMs: number | undefined;
}

/** Bytes of one `label.received` record → a label, or a reject. */
export function decodeLabel(value: Buffer | null, nowMs: number): LabelRow | Reject {
  const parsed = parseObject(value);
  if (parsed instanceof Reject) return parsed;
  const { predictionId, project = 'default', value: label, observedAt, revision = 1, weight, source, retracted = false } = parsed;
  const found = checkText(predictionId, 'predictionId') ?? checkText(project, 'project') ?? checkOptionalText(source, 'source');
  if (found !== undefined) return found;
  if (label === undefined) return new Reject('missing-field', 'value', 'value is required');
  if (typeof label !== 'number' && typeof label !== 'string' && typeof label !== 'boolean') {
    return wrongType('value', 'a number, text, true or false', label);
  }
  if (typeof label === 'number' && !Number.isFinite(label)) return new Reject('out-of-bounds', 'value', 'value must be finite');
  if (typeof label === 'string') {
    const unusable = checkText(label, 'value', eventLimits.labelText);
    if (unusable !== undefined) return unusable;
  }
  if (observedAt === undefined) return new Reject('missing-field', 'observedAt', 'observedAt is required');
  if (typeof observedAt !== 'string') return wrongType('observedAt', 'an RFC 3339 time', observedAt);
  const observedMs = parseEventTime(observedAt);
  if (Number.isNaN(observedMs)) return new Reject('bad-time', 'observedAt', 'observedAt must be RFC 3339');
  if (observedMs - nowMs > eventLimits.aheadMs) {
    return new Reject('future-time', 'observedAt', 'observedAt lies more than 5 minutes ahead of the clock');
  }
  if (typeof revision !== 'number' || !Number.isInteger(revision)) return wrongType('revision', 'a whole number', revision);
  if (revision < 1 || revision > 2_147_483_647) return new Reject('out-of-bounds', 'revision', 'revision must be 1 or more');
  if (weight !== undefined && typeof weight !== 'number') return wrongType('weight', 'a number', weight);
  if (weight !== undefined && !(weight > 0 && weight < Infinity))
    return new Reject('out-of-bounds', 'weight', 'weight must be above 0 and finite');
  if (typeof retracted !== 'boolean') return wrongType('retracted', 'true or false', retracted);
  return {
    project: project as string,
    predictionId: predictionId as string,
    text: String(label),
    numeric: numericOf(label),
    observedMs,
    revision,
    weight: weight ?? null,
    source: (source as string | undefined) ?? null,
    retracted,
    madeMs: idTimeMs(predictionId as string),
  };
}

function numericOf(label: number | string | boolean): number | null {
  if (typeof label === 'number') return label;
  if (typeof label === 'boolean') return label ? 1 : 0;
  const number = label.trim() === '' ? NaN : Number(label);
  return Number.isFinite(number) ? number : null;
}
