import type { KeyView, NewKeyView, Page } from '@drawbridge/contracts';
import {
  AccessDirectory,
  actorOf,
  ApiProblems,
  CurrentPrincipal,
  invalid,
  mapPage,
  pageOf,
  type Principal,
  RequirePermission,
} from '@drawbridge/service';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AccessStore } from '../persistence/access.store.js';
import { Database } from '../persistence/database.js';
import { Keyring } from '../sagas/keyring.js';
import { CreateKeyDto, KeyQuery } from './access.dto.js';
import { known } from './known-key.js';
import { cursorOf, keysetOf } from './keyset.js';
import { keyView } from './views.js';

/** API keys. The text of a key is in the answer to its creation and nowhere else, so that creating one takes no idempotency key. */
@ApiTags('keys')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly database: Database,
    private readonly access: AccessStore,
    private readonly keyring: Keyring,
    private readonly directory: AccessDirectory,
  ) {}

  @Post()
  @RequirePermission('keys.manage')
  @ApiCreatedResponse({ description: 'the key; `key` is shown this once' })
  @ApiProblems(400, 404)
  async create(@Body() body: CreateKeyDto, @CurrentPrincipal() principal: Principal): Promise<NewKeyView> {
    const { name, person, machine, roles, project = 'default' } = body;
    if ((person === undefined) === (machine === undefined)) throw invalid([{ field: 'person', message: 'give either person or machine' }]);
    const now = new Date();
    const expiresAt = expiryOf(body, now);
    const made = await this.keyring.createKey(
      {
        project,
        name,
        ...(person === undefined ? {} : { personId: person }),
        ...(machine === undefined ? {} : { machine }),
        ...(roles === undefined ? {} : { roles }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
      actorOf(principal),
      now,
    );
    await known(this.directory, made.text);
    return { ...keyView(made.key, made.roles), key: made.text };
  }

  @Get()
  @RequirePermission('keys.manage')
  @ApiOkResponse({ description: 'keys and sessions, newest first; never their text' })
  async list(@Query() query: KeyQuery): Promise<Page<KeyView>> {
    const { project, principal, kind } = query;
    return this.database.read(async (tx) => {
      const found = await this.access.keys(tx, keysetOf(query, 'createdAt'), { project, principal, kind });
      const roles = new Map(await Promise.all(found.map(async (key) => [key.keyId, await this.keyring.rolesOf(tx, key)] as const)));
      return mapPage(
        pageOf(found, query.limit, (key) => cursorOf(key.createdAt, key.keyId)),
        (key) => keyView(key, roles.get(key.keyId) ?? []),
      );
    });
  }

  @Delete(':keyId')
  @HttpCode(204)
  @RequirePermission('keys.manage')
  @ApiNoContentResponse({ description: 'revoked, with the sessions that were opened with it' })
  @ApiProblems(404, 409)
  async revoke(@Param('keyId') keyId: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    await this.keyring.revokeKey(keyId, actorOf(principal), new Date());
  }
}

function expiryOf(body: CreateKeyDto, now: Date): Date | undefined {
  if (body.expiresAt !== undefined && body.expiresInSeconds !== undefined) {
    throw invalid([{ field: 'expiresAt', message: 'give either expiresAt or expiresInSeconds' }]);
  }
  if (body.expiresAt !== undefined) {
    const at = new Date(body.expiresAt);
    // Weeks and days of a year are ISO 8601 too, and no date here.
    if (Number.isNaN(at.getTime()))
      throw invalid([{ field: 'expiresAt', message: 'must be a date with a time, such as 2030-01-31T12:00:00Z' }]);
    return at;
  }
  return body.expiresInSeconds === undefined ? undefined : new Date(now.getTime() + body.expiresInSeconds * 1_000);
}
