import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const NONCE = '__CSP_NONCE__';

/** Nothing but our own files, no inline script, and styles only with this answer's nonce. */
function policy(nonce: string): string {
  return [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** First segments that belong to interfaces: an unknown address below them is an error, not a place inside the page. */
const notPages: ReadonlySet<string> = new Set(['api', 'auth', 'otlp', 'health', 'metrics', 'schemas', 'assets']);

/** The page and its files. Every path that is no file is a place inside the page. */
export async function staticRoutes(instance: FastifyInstance, folder: string): Promise<void> {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) throw new Error(`${index} is missing: run npm run build`);
  const html = readFileSync(index, 'utf8');
  const page = (reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', policy(nonce))
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'same-origin')
      .type('text/html; charset=utf-8')
      .send(html.replaceAll(NONCE, nonce));
  };
  await instance.register(async (pages) => {
    await pages.register(fastifyStatic, { root: join(folder, 'assets'), serve: false, preCompressed: true });
    pages.get<{ Params: { '*': string } }>('/assets/*', { config: { public: true } }, (request, reply) =>
      reply.header('x-content-type-options', 'nosniff').sendFile(request.params['*'], { immutable: true, maxAge: '365d' }),
    );
    pages.get<{ Params: { '*': string } }>('/*', { config: { public: true } }, (request, reply) => {
      if (notPages.has(request.params['*'].split('/')[0] ?? '')) return reply.callNotFound();
      return page(reply);
    });
  });
}
