import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { type FieldError, invalid, type ProblemError } from './problem-error.js';
import { unstorableTexts } from './texts.js';

function knownFields(target: object | undefined): string[] {
  const { constructor } = target ?? {};
  if (typeof constructor !== 'function') return [];
  const found = getMetadataStorage().getTargetValidationMetadatas(constructor, '', false, false);
  return [...new Set(found.map((metadata) => metadata.propertyName))].toSorted();
}

function messageOf(error: ValidationError, path: string): string {
  const constraints = error.constraints ?? {};
  if (constraints['whitelistValidation'] !== undefined) {
    const known = knownFields(error.target);
    return known.length === 0 ? 'is not a known field; remove it' : `is not a known field; known are ${known.join(', ')}`;
  }
  if (constraints['unknownValue'] !== undefined) return 'must be a JSON object';
  // class-validator begins its sentences with the property's name, which the path already says.
  return Object.values(constraints)
    .map((text) => text.replace(`${error.property} `, ''))
    .join(', ')
    .replace(path === '' ? '' : `${path} `, '');
}

/** Flattens nested findings to `field.0.inner` with what is expected there. */
export function fieldErrors(errors: readonly ValidationError[], prefix = ''): FieldError[] {
  return errors.flatMap((error) => {
    const property = typeof error.property === 'string' && error.property !== '' ? error.property : '(body)';
    const field = prefix === '' ? property : `${prefix}.${property}`;
    const own = error.constraints === undefined ? [] : [{ field, message: messageOf(error, prefix) }];
    return [...own, ...fieldErrors(error.children ?? [], field)];
  });
}

export function validationProblem(errors: readonly ValidationError[]): ProblemError {
  return invalid(fieldErrors(errors).slice(0, 20));
}

/** Checks bodies and queries against their DTO class; unknown fields are refused by name. */
export class DtoPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: false,
      // The class of the target knows the fields that exist; the target itself stays here.
      validationError: { target: true, value: false },
      exceptionFactory: (errors) => validationProblem(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    const wantsObject = type === 'body' && metatype !== undefined && !builtIn.includes(metatype);
    // Besides bodies, queries and parts of the address there are values of our own making, such as the caller.
    if (type === 'custom') return value;
    if (wantsObject && value !== undefined && value !== null && !isPlainObject(value)) {
      throw invalid([{ field: '(body)', message: 'must be a JSON object' }]);
    }
    const refused = unstorableTexts(value, type === 'param' ? metadata.data : undefined);
    if (refused.length > 0) throw invalid(refused);
    return (await super.transform(value, metadata)) as unknown;
  }
}

const builtIn: readonly Function[] = [String, Boolean, Number, Array, Object, Buffer];

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
