import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { Actor, ArtifactRef, ContentRef, DatasetRef, LineageView, ModelView, VersionView } from '@drawbridge/contracts';
import { riskClasses } from '../domain/model.js';
import { DatasetBody, SignatureBody } from './versions.dto.js';

/** The answers in OpenAPI. The types they implement are the contract; a field that drifts does not compile. */

const textMap = { type: 'object', additionalProperties: { type: 'string' } } as const;
const time = { type: String, format: 'date-time' } as const;

export class ActorDocument implements Actor {
  @ApiProperty({ enum: ['person', 'machine', 'system'] })
  type!: Actor['type'];

  @ApiProperty({ type: String })
  id!: string;

  @ApiPropertyOptional({ type: String })
  name?: string;
}

export class ContentDocument implements ContentRef {
  @ApiProperty({ type: String, description: 'path below the address of the registry' })
  uri!: string;

  @ApiProperty({ type: String, pattern: '^[0-9a-f]{64}$' })
  sha256!: string;

  @ApiProperty({ type: Number })
  bytes!: number;
}

export class ArtifactDocument extends ContentDocument implements ArtifactRef {
  @ApiProperty({ type: String, example: 'onnx' })
  format!: string;
}

export class BaselineDocument extends ContentDocument {
  @ApiProperty({ type: Number, description: 'rows of the reference sample' })
  n!: number;
}

export class ModelDocument implements ModelView {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  project!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String })
  owner!: string;

  @ApiProperty({ type: String })
  description!: string;

  @ApiProperty({ enum: [...riskClasses] })
  riskClass!: ModelView['riskClass'];

  @ApiProperty(textMap)
  tags!: Record<string, string>;

  @ApiProperty({ ...textMap, description: 'alias → version' })
  aliases!: Record<string, string>;

  @ApiProperty({ type: Number })
  versionCount!: number;

  @ApiPropertyOptional({ type: String })
  latestVersion?: string;

  @ApiProperty(time)
  createdAt!: string;

  @ApiProperty(time)
  updatedAt!: string;
}

export class VersionDocument implements VersionView {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  model!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  modelId!: string;

  @ApiProperty({ type: String })
  version!: string;

  @ApiProperty({ type: ArtifactDocument })
  artifact!: ArtifactDocument;

  @ApiProperty({ type: SignatureBody })
  signature!: VersionView['signature'];

  @ApiProperty({ type: String })
  flavour!: string;

  @ApiProperty({ type: ActorDocument })
  author!: ActorDocument;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } })
  metrics!: Record<string, number>;

  @ApiProperty(textMap)
  parameters!: Record<string, string>;

  @ApiProperty({ type: [DatasetBody] })
  datasets!: DatasetRef[];

  @ApiProperty(textMap)
  tags!: Record<string, string>;

  @ApiProperty({ type: [String] })
  aliases!: string[];

  @ApiPropertyOptional({ type: String })
  runId?: string;

  @ApiPropertyOptional({ type: String })
  runUrl?: string;

  @ApiPropertyOptional({ type: String })
  gitCommit?: string;

  @ApiPropertyOptional({ type: String })
  gitUrl?: string;

  @ApiPropertyOptional({ type: ContentDocument })
  baselineRef?: ContentDocument;

  @ApiPropertyOptional({ type: String })
  description?: string;

  @ApiProperty(time)
  createdAt!: string;

  @ApiPropertyOptional({ type: String, description: 'trace of the request that registered it' })
  traceId?: string;
}

class RunDocument {
  @ApiProperty({ type: String })
  id!: string;

  @ApiPropertyOptional({ type: String })
  url?: string;
}

class CommitDocument {
  @ApiProperty({ type: String })
  commit!: string;

  @ApiPropertyOptional({ type: String })
  url?: string;
}

class DeployedDocument {
  @ApiProperty({ type: String })
  deploymentId!: string;

  @ApiProperty({ type: String })
  endpoint!: string;

  @ApiProperty({ type: String, example: 'promoted', description: 'progressing, promoted, superseded, aborted, failed or rolledback' })
  status!: string;

  @ApiProperty(time)
  at!: string;
}

export class LineageDocument implements LineageView {
  @ApiProperty({ type: String })
  model!: string;

  @ApiProperty({ type: String })
  version!: string;

  @ApiProperty({ type: [DatasetBody] })
  datasets!: DatasetRef[];

  @ApiPropertyOptional({ type: RunDocument })
  run?: RunDocument;

  @ApiPropertyOptional({ type: CommitDocument })
  git?: CommitDocument;

  @ApiProperty({ type: ArtifactDocument })
  artifact!: ArtifactDocument;

  @ApiPropertyOptional({ type: ContentDocument })
  baseline?: ContentDocument;

  @ApiProperty({ type: [DeployedDocument] })
  deployments!: DeployedDocument[];
}

/** A page of these in OpenAPI. */
export function ApiPage(item: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item),
    ApiResponse({
      status: 200,
      description: 'A page; without nextPageToken the last one',
      schema: {
        type: 'object',
        required: ['items', 'asOf'],
        properties: {
          items: { type: 'array', items: { $ref: getSchemaPath(item) } },
          nextPageToken: { type: 'string' },
          asOf: { type: 'string', format: 'date-time' },
        },
      },
    }),
  );
}
