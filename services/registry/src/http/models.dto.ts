import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@drawbridge/service';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { type RiskClass, riskClasses } from '../domain/model.js';
import { TextMap } from './maps.js';

export class CreateModelBody {
  @ApiProperty({ type: String, minLength: 1, maxLength: 200, example: 'flights-late' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;

  @ApiPropertyOptional({ type: String, description: 'default: the caller' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  owner?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  description?: string;

  @ApiPropertyOptional({ enum: [...riskClasses], default: 'medium' })
  @IsOptional()
  @IsIn([...riskClasses])
  riskClass?: RiskClass;

  @TextMap('tags by key')
  tags?: Record<string, string>;
}

export class PatchModelBody {
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  owner?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  description?: string;

  @ApiPropertyOptional({ enum: [...riskClasses] })
  @IsOptional()
  @IsIn([...riskClasses])
  riskClass?: RiskClass;
}

export class ModelListQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, description: 'part of the name' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  owner?: string;

  @ApiPropertyOptional({ enum: [...riskClasses] })
  @IsOptional()
  @IsIn([...riskClasses])
  riskClass?: RiskClass;

  @ApiPropertyOptional({ type: [String], description: 'key, or key=value; may be repeated, all must hold' })
  @IsOptional()
  tag?: string | string[];
}

export class TagBody {
  @ApiProperty({ type: String, maxLength: 5000 })
  @IsString()
  value!: string;
}

export class AliasBody {
  @ApiProperty({ type: String, description: 'the version the alias points at' })
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  version!: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;
}
