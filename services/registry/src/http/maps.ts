import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

function isMapOf(type: 'string' | 'number', value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((entry) => typeof entry === type)
  );
}

function mapOf(type: 'string' | 'number', description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'object', additionalProperties: { type }, description }),
    IsOptional(),
    ValidateBy({
      name: `isMapOf${type}`,
      validator: {
        validate: (value: unknown) => isMapOf(type, value),
        defaultMessage: () => `must be an object whose values are ${type === 'string' ? 'texts' : 'numbers'}`,
      },
    }),
  );
}

/** An optional object of texts. */
export function TextMap(description: string): PropertyDecorator {
  return mapOf('string', description);
}

/** An optional object of numbers. */
export function NumberMap(description: string): PropertyDecorator {
  return mapOf('number', description);
}
