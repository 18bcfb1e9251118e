import { PageQuery } from '@drawbridge/service';
import { type Role, roles } from '@drawbridge/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/;
const idRule = { message: 'must be 1 to 63 letters, digits, dots, @, _ or -' };

/** As the header X-Drawbridge-Project takes it: what is kept under another name could never be asked for. */
export const projectPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const projectRule = { message: 'must be 1 to 63 small letters, digits or hyphens' };

export class CreatePersonDto {
  @ApiPropertyOptional({ type: String, description: 'stable id, e.g. a login name; made when absent' })
  @IsOptional()
  @Matches(idPattern, idRule)
  id?: string;

  @ApiProperty({ type: String })
  @IsString()
  @Length(1, 200)
  name!: string;

  @ApiProperty({ type: [String], enum: roles })
  @IsArray()
  @ArrayUnique()
  @IsIn(roles, { each: true })
  roles!: Role[];

  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @Matches(projectPattern, projectRule)
  project?: string;
}

export class RolesDto {
  @ApiProperty({ type: [String], enum: roles })
  @IsArray()
  @ArrayUnique()
  @IsIn(roles, { each: true })
  roles!: Role[];
}

export class CreateKeyDto {
  @ApiProperty({ type: String, description: 'what the key is for' })
  @IsString()
  @Length(1, 200)
  name!: string;

  @ApiPropertyOptional({ type: String, description: 'id of the person it belongs to' })
  @IsOptional()
  @Matches(idPattern, idRule)
  person?: string;

  @ApiPropertyOptional({ type: String, description: 'stable name of the machine it belongs to' })
  @IsOptional()
  @Matches(idPattern, idRule)
  machine?: string;

  @ApiPropertyOptional({
    type: [String],
    enum: roles,
    description: "a machine's roles, or the part of the person's roles that the key carries",
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(roles.length)
  @ArrayUnique()
  @IsIn(roles, { each: true })
  roles?: Role[];

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  expiresAt?: string;

  @ApiPropertyOptional({ type: Number, description: 'in place of expiresAt' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10 * 366 * 86_400)
  expiresInSeconds?: number;

  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @Matches(projectPattern, projectRule)
  project?: string;
}

export class LoginLinkDto {
  @ApiProperty({ type: String, description: 'id of the person' })
  @Matches(idPattern, idRule)
  person!: string;

  @ApiPropertyOptional({ type: Number, description: 'default 15 minutes, at most a day' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(86_400)
  expiresInSeconds?: number;
}

export class SessionDto {
  @ApiPropertyOptional({ type: String, description: 'one-time token of a login link' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  token?: string;

  @ApiPropertyOptional({ type: String, description: 'an API key' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  key?: string;
}

export class PersonQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(200) name?: string;
}

export class KeyQuery extends PageQuery {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(63) project?: string;
  @ApiPropertyOptional({ type: String, description: 'id of a person or a machine' })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  principal?: string;
  @ApiPropertyOptional({ type: String, enum: ['person', 'machine'] }) @IsOptional() @IsIn(['person', 'machine']) kind?: string;
}
