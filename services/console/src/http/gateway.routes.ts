import replyFrom from '@fastify/reply-from';
import { resourceOwners, type ServiceName } from '@drawbridge/contracts';
import { invalid, type ServiceConfig } from '@drawbridge/service';
import { currentTrace } from '@drawbridge/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sessionKey } from './session.js';

const peers: readonly ServiceName[] = ['registry', 'deployment', 'monitoring', 'governance', 'console'];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** One address for everything: requests for another service's resources go on to it, with the caller's own key. */
export async function gatewayRoutes(instance: FastifyInstance, config: ServiceConfig): Promise<void> {
  await instance.register(async (gateway) => {
    await gateway.register(replyFrom);
    // Bodies pass as they come; the owner of the resource checks them.
    gateway.removeAllContentTypeParsers();
    gateway.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    // Every service keeps its own dead letters and outbox: they are told apart by its name.
    const ownParts = peers.flatMap((peer) => ['dead-letters', 'outbox'].map((part) => [`services/${peer}/${part}`, peer] as const));
    for (const [resource, owner] of [...Object.entries(resourceOwners), ...ownParts]) {
      if (owner === 'console' && !resource.startsWith('services/')) continue;
      const ownPart = resource.startsWith('services/');
      const target = config.peers[owner];
      const forward = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
        // A request line may name a whole address, which the router accepts; none of it may reach the owner's.
        if (!request.url.startsWith('/')) throw invalid([{ field: '(address)', message: 'must be a path' }]);
        return reply.from(`${target}${ownPart ? request.url.replace(`/services/${owner}/`, '/') : request.url}`, {
          rewriteRequestHeaders: (_original, headers) => {
            const key = sessionKey(request);
            // The console has already said "continue" to a client that asked; the forwarding client refuses to ask again.
            const { cookie: _cookie, origin: _origin, host: _host, expect: _expect, ...rest } = headers;
            const bearer = rest['authorization'] === undefined && key !== undefined ? { authorization: `Bearer ${key}` } : {};
            // The forwarding client is not instrumented: the owner's spans hang below this request's by what is written here.
            return { ...rest, ...bearer, ...currentTrace() };
          },
          onError: (answer, { error }) => {
            void answer.code(503).header('retry-after', '2').type('application/problem+json');
            void answer.send(JSON.stringify(unreachable(owner, error, request)));
          },
        });
      };
      // The key is checked by the service that owns the resource; the console adds nothing to a caller's rights.
      for (const url of [`/api/v1/${resource}`, `/api/v1/${resource}/*`]) {
        gateway.route({ method: [...methods], url, config: { forwarded: true }, handler: forward });
      }
    }
  });
}

function unreachable(owner: string, error: Error, request: FastifyRequest): object {
  return {
    type: 'urn:drawbridge:problem:dbr-peer-unavailable',
    title: 'Not available now',
    status: 503,
    detail: `${owner} does not answer`,
    code: 'DBR-PEER-UNAVAILABLE',
    why: error.message,
    fix: 'drawbridge status',
    requestId: request.id,
    retryable: true,
  };
}
