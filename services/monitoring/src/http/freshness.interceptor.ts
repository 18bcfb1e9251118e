import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { RouteAccess } from '@drawbridge/service';
import { map, type Observable } from 'rxjs';
import { ReadFreshness } from '../commands/read-freshness.js';

interface Asked {
  readonly method: string;
  readonly routeOptions: { readonly config: RouteAccess };
}

/** Puts beside every read how far it reaches, so that no route can forget it. */
@Injectable()
export class FreshnessInterceptor implements NestInterceptor {
  constructor(private readonly freshness: ReadFreshness) {}

  async intercept(context: ExecutionContext, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    if (context.getType() !== 'http' || !isRead(context.switchToHttp().getRequest<Asked>())) return next.handle();
    const fresh = await this.freshness.read();
    return next.handle().pipe(map((body) => (isObject(body) ? { ...body, ...fresh } : body)));
  }
}

/** What is open to all tells of the process, not of what it counted, and must answer without a database. */
function isRead({ method, routeOptions }: Asked): boolean {
  return method === 'GET' && routeOptions.config.public !== true;
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
