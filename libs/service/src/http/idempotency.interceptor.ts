import { createHash, randomUUID } from 'node:crypto';
import { type CallHandler, type ExecutionContext, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Failpoints } from '@drawbridge/outbox';
import { withBeforeCommit } from '@drawbridge/postgres';
import type { Logger } from '@drawbridge/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { principalOf } from '../auth/principal.js';
import type { IdempotencyKey, IdempotencyStore, StoredAnswer } from '../persistence/idempotency.store.js';
import { invalid, ProblemError } from '../problem/problem-error.js';
import { projectOf } from './project.decorator.js';

const idempotent = 'drawbridge:idempotent';

interface Marked {
  readonly answerOf: ((result: never) => unknown) | undefined;
}

/**
 * A POST route that honours `Idempotency-Key`: repeated with the same key and body, it answers the same and acts once.
 *
 * `answerOf` makes the body of the answer from what the command's one transaction returns; then the answer is committed with
 * the work. Without it the answer is kept a moment later; should the process die in between, a repeat is told that the work
 * is done and its answer lost, and nothing is done twice.
 */
export function Idempotent<T>(answerOf?: (result: T) => unknown): MethodDecorator {
  return SetMetadata(idempotent, { answerOf } satisfies Marked);
}

interface Attempt {
  readonly key: IdempotencyKey;
  /** Whose claim it is: this request, and no repetition of it. */
  readonly owner: string;
  readonly marked: Marked;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly next: CallHandler;
  readonly store: IdempotencyStore;
}

/** How long a second request waits for the first one with its key. */
const waitMs = 5000;
const pollMs = 50;

const keptHeaders = ['location', 'etag'];

export class IdempotencyInterceptor implements NestInterceptor {
  private readonly failpoints = new Failpoints();

  constructor(
    private readonly reflector: Reflector,
    private readonly log: Logger,
    private readonly store?: IdempotencyStore,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http' || this.store === undefined) return next.handle();
    const marked = this.reflector.get<Marked | undefined>(idempotent, context.getHandler());
    if (marked === undefined) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = keyOf(request);
    if (key === undefined) return next.handle();
    return from(this.once({ key, owner: randomUUID(), marked, request, reply, next, store: this.store }));
  }

  private async once(attempt: Attempt): Promise<unknown> {
    const { key, owner, reply, store } = attempt;
    const stored = await this.claim(attempt);
    if (stored !== undefined) {
      void reply.code(stored.status).headers({ ...stored.headers, 'idempotent-replayed': 'true' });
      return stored.body;
    }
    let body: unknown;
    try {
      body = await this.act(attempt);
    } catch (error) {
      // Refused, or failed before anything was committed: the same key may be used for the next try.
      const refused = error instanceof ProblemError && error.status < 500;
      await store
        .release(key, owner, refused)
        .catch((cause: unknown) => this.log.warn('an idempotency key stays claimed for a minute', { error: cause }));
      throw error;
    }
    this.failpoints.hit('answer.before-keep');
    const headers = Object.fromEntries(
      keptHeaders.flatMap((name) => {
        const value = reply.getHeader(name);
        return value === undefined ? [] : [[name, String(value)]];
      }),
    );
    // The work is committed: a failure to remember its answer must not turn that into an error.
    await store
      .complete(key, owner, { status: reply.statusCode, body, headers })
      .catch((error: unknown) => this.log.warn('an answer could not be kept for its idempotency key', { error }));
    return body;
  }

  /** Every transaction of the work also settles the claim, or does not commit. */
  private act({ key, owner, marked, reply, next, store }: Attempt): Promise<unknown> {
    const { answerOf } = marked;
    return withBeforeCommit(
      async (tx, result) => {
        const answer = answerOf === undefined ? undefined : { status: reply.statusCode, body: answerOf(result as never), headers: {} };
        if (!(await store.settle(tx, key, owner, answer))) throw takenOver();
      },
      () => lastValueFrom(next.handle(), { defaultValue: undefined }),
    );
  }

  private async claim({ key, owner, request, store }: Attempt): Promise<StoredAnswer | undefined> {
    const hash = hashOf(request);
    for (const deadline = performance.now() + waitMs; ;) {
      const claim = await store.claim(key, owner, hash);
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
      if (claim.kind === 'lost') {
        throw new ProblemError({
          status: 409,
          code: 'DBR-IDEMPOTENCY-ANSWER-LOST',
          detail: 'The first request with this Idempotency-Key was carried out, but its answer was lost.',
          fix: 'Read what it changed. Use a new key only for a new request.',
        });
      }
      if (performance.now() >= deadline) {
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

/** This request was so slow that another one with its key began anew; only one of the two may commit. */
function takenOver(): ProblemError {
  return new ProblemError({
    status: 409,
    code: 'DBR-IDEMPOTENCY-TAKEN-OVER',
    detail: 'Another request with this Idempotency-Key took the place of this one, which has changed nothing.',
    fix: 'Try again with the same key and body to get the answer of the other one.',
    retryable: true,
    headers: { 'retry-after': '1' },
  });
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
