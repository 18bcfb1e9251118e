import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Logger } from '@drawbridge/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { principalOf } from '../auth/principal.js';
import type { IdempotencyKey, IdempotencyStore, StoredAnswer } from '../persistence/idempotency.store.js';
import { invalid, ProblemError } from '../problem/problem-error.js';
import { projectOf } from './project.decorator.js';

const idempotent = 'drawbridge:idempotent';

/** A POST route that honours `Idempotency-Key`: repeated with the same key and body, it answers the same and acts once. */
export function Idempotent(): MethodDecorator {
  return SetMetadata(idempotent, true);
}

/** How long a second request waits for the first one with its key. */
const waitMs = 5000;
const pollMs = 50;

const keptHeaders = ['location', 'etag'];

export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly log: Logger,
    private readonly store?: IdempotencyStore,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http' || this.store === undefined) return next.handle();
    if (this.reflector.get<boolean | undefined>(idempotent, context.getHandler()) !== true) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = keyOf(request);
    if (key === undefined) return next.handle();
    return from(this.once(key, request, reply, next, this.store));
  }

  private async once(
    key: IdempotencyKey,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
    store: IdempotencyStore,
  ): Promise<unknown> {
    const stored = await this.claim(key, hashOf(request), store);
    if (stored !== undefined) {
      void reply.code(stored.status).headers({ ...stored.headers, 'idempotent-replayed': 'true' });
      return stored.body;
    }
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      // Refused or failed means nothing was done: the same key may be used for the next try.
      await store.release(key).catch((cause: unknown) => this.log.warn('an idempotency key stays claimed for a minute', { error: cause }));
      throw error;
    }
    const headers = Object.fromEntries(
      keptHeaders.flatMap((name) => {
        const value = reply.getHeader(name);
        return value === undefined ? [] : [[name, String(value)]];
      }),
    );
    // The work is committed: a failure to remember it must not turn the answer into an error.
    await store
      .complete(key, { status: reply.statusCode, body, headers })
      .catch((error: unknown) => this.log.warn('an answer could not be kept for its idempotency key', { error }));
    return body;
  }

  private async claim(key: IdempotencyKey, hash: string, store: IdempotencyStore): Promise<StoredAnswer | undefined> {
    for (const deadline = Date.now() + waitMs; ;) {
      const claim = await store.claim(key, hash);
      if (claim.kind === 'claimed') return undefined;
      if (claim.kind === 'done') return claim.answer;
      if (claim.kind === 'mismatch') {
        throw new ProblemError({
          status: 422,
          code: 'DBR-IDEMPOTENCY-MISMATCH',
          detail: 'This Idempotency-Key was used with another body.',
          fix: 'Use a new key for a new request.',
        });
      }
      if (Date.now() >= deadline) {
        throw new ProblemError({
          status: 409,
          code: 'DBR-IDEMPOTENCY-RUNNING',
          detail: 'The first request with this Idempotency-Key is still running.',
          fix: 'Try again in a second with the same key and body.',
          retryable: true,
          headers: { 'retry-after': '1' },
        });
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}

function keyOf(request: FastifyRequest): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw invalid([{ field: 'Idempotency-Key', message: 'must be 1 to 200 visible ASCII characters' }]);
  }
  const principal = principalOf(request);
  return { principal: principal?.keyId ?? 'public', route: `${request.method} ${request.routeOptions.url ?? request.url}`, key };
}

/** Body, address and project: the same key on another resource of the route is another request. */
function hashOf(request: FastifyRequest): string {
  return createHash('sha256')
    .update(request.url)
    .update('\0')
    .update(projectOf(request) ?? '')
    .update('\0')
    .update(JSON.stringify(request.body ?? null))
    .digest('hex');
}
