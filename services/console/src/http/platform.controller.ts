import { permissions, type ServiceName, type WhoAmI } from '@drawbridge/contracts';
import { CONFIG, CurrentPrincipal, type Principal, RequirePermission } from '@drawbridge/service';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ConsoleConfig } from '../config.js';

export interface ServiceHealth {
  readonly service: ServiceName;
  readonly ready: boolean;
  readonly detail: unknown;
  readonly tookMs: number;
}

/** Who is logged in, and which roles grant what: pages show what is forbidden and say who may. */
export interface SessionView extends WhoAmI {
  /** Where people reach the console, when that is not the address of this service; what is printed for them begins with it. */
  readonly publicUrl?: string;
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}

const watched: readonly ServiceName[] = ['registry', 'deployment', 'monitoring', 'governance', 'serving', 'console'];
const TIMEOUT_MS = 2000;

/** Is the platform itself healthy: every service's own readiness, asked now. */
@ApiTags('platform')
@Controller('platform')
export class PlatformController {
  constructor(@Inject(CONFIG) private readonly config: ConsoleConfig) {}

  @Get()
  @RequirePermission('self.read')
  @ApiOkResponse({ description: 'readiness of every service with its checks' })
  async read(): Promise<{ services: ServiceHealth[]; asOf: string; tracesUrl: string | null }> {
    const services = await Promise.all(watched.map((service) => this.ask(service)));
    return { services, asOf: new Date().toISOString(), tracesUrl: this.config.tracesUrl ?? null };
  }

  @Get('session')
  @RequirePermission('self.read')
  @ApiOkResponse({ description: 'who the caller is, and which roles grant which permission' })
  session(@CurrentPrincipal() principal: Principal): SessionView {
    const { kind, id, name, roles, keyId, expiresAt } = principal;
    const { publicUrl } = this.config;
    return {
      principal: { kind, id, name },
      roles: [...roles],
      keyId,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      permissions,
      ...(publicUrl === undefined ? {} : { publicUrl }),
    };
  }

  private async ask(service: ServiceName): Promise<ServiceHealth> {
    const begun = performance.now();
    const tookMs = (): number => Math.round(performance.now() - begun);
    try {
      const response = await fetch(`${this.config.peers[service]}/health/ready`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { service, ready: response.ok, detail: await response.json(), tookMs: tookMs() };
    } catch (error) {
      return { service, ready: false, detail: { error: error instanceof Error ? error.message : String(error) }, tookMs: tookMs() };
    }
  }
}
