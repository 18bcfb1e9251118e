import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page-query.dto.js';

export class DeadLetterQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['open', 'replayed', 'discarded'] })
  @IsOptional()
  @IsIn(['open', 'replayed', 'discarded'])
  status?: 'open' | 'replayed' | 'discarded';

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  group?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  topic?: string;

  @ApiPropertyOptional({ type: String, description: 'how the reason begins, e.g. wrong-type' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  reason?: string;
}

export class DiscardDeadLetter {
  @ApiProperty({ type: String, description: 'why it may be forgotten; goes to the audit log' })
  @IsString()
  @Length(3, 500)
  reason!: string;
}

/** `DeadLetterView` in OpenAPI. */
export class DeadLetterDocument {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  group!: string;

  @ApiProperty({ type: String })
  topic!: string;

  @ApiProperty({ type: Number })
  partition!: number;

  @ApiProperty({ type: String })
  offset!: string;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ type: String })
  error!: string;

  @ApiPropertyOptional({ type: String })
  eventId?: string;

  @ApiProperty({ enum: ['open', 'replayed', 'discarded'] })
  status!: 'open' | 'replayed' | 'discarded';

  @ApiProperty({ type: String, format: 'date-time' })
  firstSeen!: string;

  @ApiPropertyOptional({ type: String })
  key?: string;

  @ApiProperty({ type: String })
  payload!: string;

  @ApiProperty({ type: Number })
  bytes!: number;

  @ApiProperty({ type: String })
  sha256!: string;

  @ApiPropertyOptional({ type: Boolean, description: 'the topic needs audit.read: key, payload and error are left out' })
  withheld?: true;
}

export class DeadLetterPage {
  @ApiProperty({ type: [DeadLetterDocument] })
  items!: DeadLetterDocument[];

  @ApiPropertyOptional({ type: String })
  nextPageToken?: string;

  @ApiProperty({ type: String, format: 'date-time' })
  asOf!: string;
}
