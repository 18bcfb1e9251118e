import { PageQuery } from '@drawbridge/service';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { Transform } from 'class-transformer';

export class MonitorQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) project?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) endpoint?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) model?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) version?: string;
  @ApiPropertyOptional({ enum: ['active', 'stalled', 'closed'] }) @IsOptional() @IsIn(['active', 'stalled', 'closed']) status?: string;
}

/** A stretch of event time: windows that start in it. */
export class RangeQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, format: 'date-time' }) @IsOptional() @IsISO8601({ strict: true }) from?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time' }) @IsOptional() @IsISO8601({ strict: true }) to?: string;
  @ApiPropertyOptional({ enum: ['open', 'closed'] }) @IsOptional() @IsIn(['open', 'closed']) status?: string;
}

export class DriftQuery extends RangeQuery {
  @ApiPropertyOptional({ type: String, description: 'rows of one segment only, as key:value; default all rows' })
  @IsOptional()
  @IsString()
  @MaxLength(401)
  segment?: string;
}

export class DetectionQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) project?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) model?: string;
  @ApiPropertyOptional({ type: String, format: 'uuid' }) @IsOptional() @IsUUID() monitor?: string;
  @ApiPropertyOptional({ type: Boolean, description: 'only episodes that last, or only those that ended' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  open?: boolean;
}

export class DistributionQuery {
  @ApiPropertyOptional({ type: String, description: 'one feature; default all' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  feature?: string;
  @ApiPropertyOptional({ type: String, description: 'rows of one segment only, as key:value; default all rows' })
  @IsOptional()
  @IsString()
  @MaxLength(401)
  segment?: string;
}

export class PredictionQuery {
  @ApiPropertyOptional({ type: String, description: 'needed when several projects use the same id' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  project?: string;
}
