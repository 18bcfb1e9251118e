import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';

export class FieldErrorDocument {
  @ApiProperty({ type: String })
  field!: string;

  @ApiProperty({ type: String })
  message!: string;
}

/** The problem document in OpenAPI. */
export class ProblemDocument {
  @ApiProperty({ type: String, format: 'uri' })
  type!: string;

  @ApiProperty({ type: String })
  title!: string;

  @ApiProperty({ type: Number })
  status!: number;

  @ApiProperty({ type: String })
  detail!: string;

  @ApiProperty({ type: String, example: 'DBR-INVALID' })
  code!: string;

  @ApiPropertyOptional({ type: [FieldErrorDocument] })
  errors?: FieldErrorDocument[];

  @ApiPropertyOptional({ type: String })
  why?: string;

  @ApiPropertyOptional({ type: String })
  fix?: string;

  @ApiProperty({ type: String })
  requestId!: string;

  @ApiPropertyOptional({ type: String })
  traceId?: string;

  @ApiProperty({ type: Boolean })
  retryable!: boolean;
}

const meanings: Readonly<Record<number, string>> = {
  400: 'A field is missing or wrong',
  401: 'No valid API key',
  403: 'The key lacks the permission',
  404: 'No such resource',
  409: 'The state does not allow it',
  413: 'The body is too large',
  422: 'The request cannot be processed',
  429: 'Too many requests',
  503: 'A dependency is away; try again',
};

/** Documents the problems a route can answer with; 401, 403, 429 and 503 go without saying. */
export function ApiProblems(...statuses: number[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDocument),
    ...[...new Set([...statuses, 401, 403, 429, 503])].map((status) =>
      ApiResponse({
        status,
        description: meanings[status] ?? 'Refused',
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDocument) } } },
      }),
    ),
  );
}
