import type { Violation } from '@drawbridge/contracts';

/** What was sent cannot be taken, with every field at fault. */
export class IngestFault extends Error {
  constructor(readonly errors: readonly Violation[]) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.name = 'IngestFault';
  }
}

export function fault(field: string, message: string): IngestFault {
  return new IngestFault([{ field, message }]);
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
