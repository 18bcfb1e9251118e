import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Datatype as DatatypeName, type RegisterVersion } from '@drawbridge/contracts';
import { PageQuery } from '@drawbridge/service';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDateString,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { NumberMap, TextMap } from './maps.js';

const datatypes: readonly DatatypeName[] = [
  'BOOL',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'FP32',
  'FP64',
  'BYTES',
];
const tasks = ['binary', 'multiclass', 'regression'] as const;
const WEB = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

export class TensorBody {
  @ApiProperty({ type: String })
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name!: string;

  @ApiProperty({ enum: [...datatypes] })
  @IsIn([...datatypes])
  datatype!: DatatypeName;

  @ApiProperty({ type: [Number], description: '-1 is a variable dimension' })
  @IsArray()
  @ArrayMaxSize(8)
  @IsInt({ each: true })
  @Min(-1, { each: true })
  shape!: number[];
}

export class PredictionRoleBody {
  @ApiProperty({ enum: [...tasks] })
  @IsIn([...tasks])
  task!: (typeof tasks)[number];

  @ApiProperty({ type: String, description: 'output with the class or the value' })
  @IsString()
  value!: string;

  @ApiPropertyOptional({ type: String, description: 'output with the score or scores' })
  @IsOptional()
  @IsString()
  score?: string;

  @ApiPropertyOptional({ type: Number })
  @IsOptional()
  @IsInt()
  @Min(0)
  scoreIndex?: number;

  @ApiPropertyOptional({ type: Number })
  @IsOptional()
  @IsNumber()
  threshold?: number;
}

export class SignatureBody {
  @ApiProperty({ type: [TensorBody] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(2000)
  @ValidateNested({ each: true })
  @Type(() => TensorBody)
  inputs!: TensorBody[];

  @ApiProperty({ type: [TensorBody] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => TensorBody)
  outputs!: TensorBody[];

  @ApiPropertyOptional({ type: PredictionRoleBody })
  @IsOptional()
  @ValidateNested()
  @Type(() => PredictionRoleBody)
  prediction?: PredictionRoleBody;
}

export class ArtifactBody {
  @ApiProperty({ type: String, description: 'digest answered by POST /api/v1/artifacts' })
  @IsString()
  sha256!: string;

  @ApiProperty({ type: String, example: 'onnx' })
  @IsString()
  @MaxLength(40)
  format!: string;
}

export class BaselineRefBody {
  @ApiProperty({ type: String, description: 'digest answered by POST /api/v1/baselines' })
  @IsString()
  sha256!: string;
}

export class DatasetBody {
  @ApiProperty({ type: String })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  name!: string;

  @ApiProperty({ type: String, example: 'sha256:…' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  digest!: string;

  @ApiPropertyOptional({ type: Number })
  @IsOptional()
  @IsInt()
  @Min(0)
  rows?: number;

  @ApiPropertyOptional({ type: String, example: 'training' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  role?: string;
}

/** Body of POST /api/v1/models/{name}/versions, checked. */
export class RegisterVersionBody implements RegisterVersion {
  @ApiPropertyOptional({ type: String, description: 'default: the next number' })
  @IsOptional()
  @IsString()
  version?: string;

  @ApiProperty({ type: ArtifactBody })
  @IsDefined()
  @ValidateNested()
  @Type(() => ArtifactBody)
  artifact!: ArtifactBody;

  @ApiProperty({ type: SignatureBody })
  @IsDefined()
  @ValidateNested()
  @Type(() => SignatureBody)
  signature!: SignatureBody;

  @ApiPropertyOptional({ type: String, description: 'default: the format of the artifact' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  flavour?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  description?: string;

  @NumberMap('metrics by name')
  metrics?: Record<string, number>;

  @TextMap('training parameters by name')
  parameters?: Record<string, string>;

  @ApiPropertyOptional({ type: [DatasetBody] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => DatasetBody)
  datasets?: DatasetBody[];

  @TextMap('tags by key')
  tags?: Record<string, string>;

  @ApiPropertyOptional({ type: String, description: 'id of the training run' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  runId?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsUrl(WEB)
  @MaxLength(2000)
  runUrl?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  gitCommit?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsUrl(WEB)
  @MaxLength(2000)
  gitUrl?: string;

  @ApiPropertyOptional({ type: BaselineRefBody })
  @IsOptional()
  @ValidateNested()
  @Type(() => BaselineRefBody)
  baseline?: BaselineRefBody;
}

export class VersionListQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, example: "metric.auc>=0.7 and tag.team='risk'", description: 'comparisons joined by and' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  filter?: string;

  @ApiPropertyOptional({ type: String, description: 'id of the person or machine that registered' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  author?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  flavour?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'inclusive' })
  @IsOptional()
  @IsDateString({ strict: true })
  createdAfter?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'exclusive' })
  @IsOptional()
  @IsDateString({ strict: true })
  createdBefore?: string;
}
