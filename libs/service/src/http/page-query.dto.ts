import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Query of every list. Lists with filters extend it. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50, type: Number })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @ApiPropertyOptional({ description: 'nextPageToken of the page before', type: String })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  pageToken?: string;

  @ApiPropertyOptional({ description: 'a field, with - in front for descending', type: String })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  sort?: string;
}
