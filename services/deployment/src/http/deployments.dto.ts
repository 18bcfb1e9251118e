import { eventLimits, longestTimes, mostSegmentKeys } from '@drawbridge/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const nameRule = { message: 'must be lower case letters, digits and hyphens, at most 63' };

export class BudgetDto {
  @ApiProperty({ example: 1 }) @IsNumber() @Min(0.000_001) atMost!: number;
  @ApiProperty({ example: '500w', description: 'windows (500w), hours (12h) or days (30d)' })
  @Matches(/^\d{1,9}[wdh]$/, { message: 'must be windows (500w), hours (12h) or days (30d)' })
  per!: string;
}

/** The same limits as monitoring's own route for a change: beyond them its windows have no date. */
export class MonitorSettingsDto {
  @ApiPropertyOptional() @IsOptional() @IsInt() @Min(1) @Max(longestTimes.windowSeconds) windowSeconds?: number;
  @ApiPropertyOptional() @IsOptional() @IsInt() @Min(0) @Max(longestTimes.latenessSeconds) latenessSeconds?: number;
  @ApiPropertyOptional() @IsOptional() @IsInt() @Min(0) @Max(longestTimes.horizonSeconds) horizonSeconds?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() @Min(0.1) @Max(longestTimes.idleSeconds) idleSeconds?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() @Min(0.000_001) @Max(9.99) materiality?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() @Min(0.5) @Max(0.999_999) assurance?: number;
  @ApiPropertyOptional({ type: BudgetDto }) @IsOptional() @ValidateNested() @Type(() => BudgetDto) budget?: BudgetDto;
  @ApiPropertyOptional() @IsOptional() @IsInt() @Min(1) @Max(1_000_000_000) minRows?: number;
  @ApiPropertyOptional() @IsOptional() @IsInt() @Min(1) @Max(1000) quietWindows?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() @Min(0.01) @Max(1) labelCoverage?: number;
  @ApiPropertyOptional() @IsOptional() @IsInt() @Min(1) @Max(longestTimes.labelHorizonSeconds) labelHorizonSeconds?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() @Min(0) @Max(1) keepRate?: number;
  @ApiPropertyOptional({ type: [String], description: 'keys of `segments` of the predictions, by whose values windows count as well' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(mostSegmentKeys)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, eventLimits.text, { each: true })
  segments?: string[];
}

export class CreateEndpointDto {
  @ApiProperty({ example: 'flights-prod' }) @Matches(NAME, nameRule) name!: string;
  @ApiProperty({ example: 'production' }) @Matches(NAME, nameRule) environment!: string;
  @ApiProperty({ example: 'flights-delay' }) @IsString() @IsNotEmpty() @MaxLength(200) model!: string;
  @ApiPropertyOptional({ type: MonitorSettingsDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => MonitorSettingsDto)
  monitoring?: MonitorSettingsDto;
}

export class RolloutStepDto {
  @ApiProperty({ example: 10, description: 'percent of the traffic on the candidate' }) @IsInt() @Min(0) @Max(100) weight!: number;
  @ApiProperty({ example: 2, description: 'windows of both arms that must pass' }) @IsInt() @Min(0) @Max(100_000) windows!: number;
  @ApiProperty({ example: 500, description: 'rows of the candidate for a window to count' })
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  minSamples!: number;
  @ApiPropertyOptional({ description: 'also stay at least this long' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(31_536_000)
  minWallSeconds?: number;
}

export class RolloutStrategyDto {
  @ApiProperty({ enum: ['direct', 'canary'] }) @IsIn(['direct', 'canary']) kind!: 'direct' | 'canary';
  @ApiProperty({ type: [RolloutStepDto] })
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => RolloutStepDto)
  steps!: RolloutStepDto[];
  @ApiPropertyOptional({ description: 'the rollout fails when serving says for so long that the version is not ready; default 300' })
  @IsOptional()
  @IsNumber()
  @Min(1)
  @Max(86_400)
  readyWithinSeconds?: number;
}

export class RequestDeploymentDto {
  @ApiProperty({ example: 'flights-prod' }) @IsString() @IsNotEmpty() endpoint!: string;
  @ApiProperty({ example: '2' }) @IsString() @IsNotEmpty() @MaxLength(100) version!: string;
  @ApiPropertyOptional({ type: RolloutStrategyDto, description: 'default: a canary of 10, 25 and 50 percent' })
  @IsOptional()
  @ValidateNested()
  @Type(() => RolloutStrategyDto)
  strategy?: RolloutStrategyDto;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(2000) reason?: string;
  @ApiPropertyOptional({ description: 'wait for the verb start after the gate has allowed it' }) @IsOptional() @IsBoolean() hold?: boolean;
}

export class VerbDto {
  @ApiPropertyOptional({ description: 'why; kept in the timeline and the audit log' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;
}
