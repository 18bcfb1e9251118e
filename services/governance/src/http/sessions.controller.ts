import type { NewKeyView, WhoAmI } from '@drawbridge/contracts';
import {
  AccessDirectory,
  actorOf,
  ApiProblems,
  CurrentPrincipal,
  invalid,
  type Principal,
  Public,
  RequirePermission,
} from '@drawbridge/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Keyring } from '../sagas/keyring.js';
import { LoginLinkDto, SessionDto } from './access.dto.js';
import { known } from './known-key.js';
import { keyView } from './views.js';

export const SESSION_LIMITS = Symbol('governance.session-limits');

export interface SessionLimits {
  readonly sessionSeconds: number;
  readonly loginLinkSeconds: number;
}

/** How people come in: a link that works once, or a key, becomes a session that ends by itself. */
@ApiTags('sessions')
@Controller()
export class SessionsController {
  constructor(
    private readonly keyring: Keyring,
    private readonly directory: AccessDirectory,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {}

  @Post('login-links')
  @RequirePermission('keys.manage')
  @ApiCreatedResponse({ description: 'a token that opens one session of the person' })
  @ApiProblems(400, 404)
  async link(
    @Body() body: LoginLinkDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ token: string; expiresAt: string; person: { id: string; name: string } }> {
    const seconds = body.expiresInSeconds ?? this.limits.loginLinkSeconds;
    const { token, expiresAt, person } = await this.keyring.createLink(body.person, seconds, actorOf(principal), new Date());
    return { token, expiresAt: expiresAt.toISOString(), person: { id: person.id, name: person.name } };
  }

  @Post('sessions')
  @Public()
  @ApiCreatedResponse({ description: 'a session; `key` is shown this once' })
  @ApiProblems(400)
  async open(@Body() body: SessionDto): Promise<NewKeyView> {
    const { token, key } = body;
    const seconds = this.limits.sessionSeconds;
    const made = await this.openWith(token, key, seconds);
    await known(this.directory, made.text);
    return { ...keyView(made.key, made.roles), key: made.text };
  }

  @Delete('sessions/current')
  @HttpCode(204)
  @RequirePermission('self.read')
  @ApiNoContentResponse({ description: 'the session is over' })
  @ApiProblems(409)
  async end(@CurrentPrincipal() principal: Principal): Promise<void> {
    await this.keyring.endSession(principal.keyId, actorOf(principal), new Date());
  }

  @Get('whoami')
  @RequirePermission('self.read')
  @ApiOkResponse({ description: 'who the caller is' })
  whoami(@CurrentPrincipal() principal: Principal): WhoAmI {
    const { kind, id, name, roles, keyId, expiresAt } = principal;
    return { principal: { kind, id, name }, roles: [...roles], keyId, ...(expiresAt === undefined ? {} : { expiresAt }) };
  }

  private openWith(token: string | undefined, key: string | undefined, seconds: number): ReturnType<Keyring['sessionByKey']> {
    if (token !== undefined && key === undefined) return this.keyring.sessionByToken(token, seconds, new Date());
    if (key !== undefined && token === undefined) return this.keyring.sessionByKey(key, seconds, new Date());
    throw invalid([{ field: 'token', message: 'give either token (of a login link) or key' }]);
  }
}
