import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { ServiceName } from '@drawbridge/contracts';
import type { RouteInfo } from './route-registry.js';

/** The OpenAPI document of a service, with the permission of each operation beside its summary. */
export function openApiDocument(app: INestApplication, service: ServiceName, routes: readonly RouteInfo[]): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle(`Drawbridge ${service}`)
      .setVersion('1')
      .setDescription('Errors are application/problem+json with a stable code. POST takes an Idempotency-Key.')
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'db_<id>_<secret>' }, 'apiKey')
      .addSecurityRequirements('apiKey')
      .build(),
    { autoTagControllers: false },
  );
  for (const route of routes) {
    const path = document.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')];
    const operation = path?.[route.method.toLowerCase() as 'get'];
    if (operation === undefined) continue;
    if (route.public) operation.security = [];
    else Object.assign(operation, { 'x-permission': route.permission });
  }
  return document;
}
