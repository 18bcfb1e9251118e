import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public, RequirePermission } from '../auth/permission.decorators.js';
import type { Platform } from '../platform.js';
import { PLATFORM } from '../tokens.js';
import type { RouteInfo } from './route-registry.js';

/** What this service answers to: for programs (OpenAPI) and for the test that walks every route. */
@ApiExcludeController()
@Controller()
export class RoutesController {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  @Get('openapi.json')
  @Public()
  openApi(): object {
    return this.platform.openApi();
  }

  @Get('routes')
  @RequirePermission('self.read')
  routes(): { items: readonly RouteInfo[] } {
    return { items: this.platform.routes.list() };
  }
}
