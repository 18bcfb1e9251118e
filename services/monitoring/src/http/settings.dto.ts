import { eventLimits, longestTimes, mostSegmentKeys } from '@drawbridge/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

export class BudgetDto {
  @ApiProperty({ example: 1 }) @IsNumber() @Min(0.000_001) atMost!: number;
  @ApiProperty({ example: '500w' })
  @Matches(/^\d{1,9}[wdh]$/, { message: 'must be windows (500w), hours (12h) or days (30d)' })
  per!: string;
}

/** Settings to change; absent ones stay. `windowSeconds` belongs to the shape of what is stored and cannot be changed. */
export class ChangeSettingsDto {
  @ApiPropertyOptional({ type: Number, description: 'the version these changes are based on' })
  @IsOptional()
  @IsInt()
  @Min(1)
  monitorVersion?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsInt() @Min(1) @Max(longestTimes.windowSeconds) windowSeconds?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsInt() @Min(0) @Max(longestTimes.latenessSeconds) latenessSeconds?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsInt() @Min(0) @Max(longestTimes.horizonSeconds) horizonSeconds?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsNumber() @Min(0.1) @Max(longestTimes.idleSeconds) idleSeconds?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsNumber() @Min(0.000_001) @Max(9.99) materiality?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsNumber() @Min(0.5) @Max(0.999_999) assurance?: number;
  @ApiPropertyOptional({ type: BudgetDto }) @IsOptional() @ValidateNested() @Type(() => BudgetDto) budget?: BudgetDto;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsInt() @Min(1) @Max(1_000_000_000) minRows?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsInt() @Min(1) @Max(1000) quietWindows?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsNumber() @Min(0.01) @Max(1) labelCoverage?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsInt() @Min(1) @Max(longestTimes.labelHorizonSeconds) labelHorizonSeconds?: number;
  @ApiPropertyOptional({ type: Number }) @IsOptional() @IsNumber() @Min(0) @Max(1) keepRate?: number;
  @ApiPropertyOptional({ type: [String], description: 'keys of `segments` of the predictions, by whose values windows count as well' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(mostSegmentKeys)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, eventLimits.text, { each: true })
  segments?: string[];
}
