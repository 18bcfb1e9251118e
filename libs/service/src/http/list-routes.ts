import type { INestApplication } from '@nestjs/common';
import type { Platform } from '../platform.js';
import { PLATFORM } from '../tokens.js';
import type { RouteInfo } from './route-registry.js';

/** Every route of a running service with what it requires. */
export function listRoutes(app: INestApplication): readonly RouteInfo[] {
  return app.get<Platform>(PLATFORM).routes.list();
}
