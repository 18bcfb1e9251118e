import { PageQuery } from '@drawbridge/service';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { Decision } from '../domain/approval.js';

const statuses = ['pending', 'approved', 'rejected', 'expired', 'voided'];
const decisions = ['approved', 'rejected', 'abstained'];
const mine = ['waiting', 'requested', 'true'];

export class ApprovalQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ type: String, enum: statuses }) @IsOptional() @IsIn(statuses) status?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) model?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(100) version?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) environment?: string;

  @ApiPropertyOptional({ type: String, enum: mine, description: 'waiting (or true): what waits for me; requested: what I asked for' })
  @IsOptional()
  @IsIn(mine)
  mine?: string;
}

export class AnswerDto {
  @ApiProperty({ type: String, enum: decisions })
  @IsIn(decisions)
  decision!: Decision;

  @ApiPropertyOptional({ type: String, description: 'why; needed for a rejection' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  comment?: string;
}

export class AskAgainDto {
  @ApiProperty({ type: String })
  @IsString()
  @Length(1, 200)
  model!: string;

  @ApiProperty({ type: String })
  @IsString()
  @Length(1, 100)
  version!: string;

  @ApiProperty({ type: String })
  @IsString()
  @Length(1, 63)
  environment!: string;

  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  project?: string;
}
