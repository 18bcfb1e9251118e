import type { IngestedView, TakenPayloadsView } from '@drawbridge/contracts';
import { invalid, type Platform, ProblemError, projectOf } from '@drawbridge/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { busy } from '../commands/ingest-limits.js';
import { ingestMetrics } from '../commands/ingest.metrics.js';
import { sendEvents } from '../commands/send-events.js';
import type { TakePayloads } from '../commands/take-payloads.js';
import type { Admission } from '../domain/ingest/admission.js';
import { readBatch } from '../domain/ingest/batch.js';
import { cloudEvents } from '../domain/ingest/cloud-event.js';
import { IngestFault } from '../domain/ingest/fault.js';
import { halfOf, type IngestQuery } from '../domain/ingest/payload-half.js';

export interface IngestParts {
  readonly platform: Platform;
  readonly payloads: TakePayloads;
  readonly admission: Admission;
}

export const INGEST_BODY_BYTES = 4 * 1024 * 1024;
const queryNames: readonly string[] = ['project', 'model', 'version', 'endpoint', 'features'];

/** Predictions and labels over HTTP: bounded, refused at once when too much is under way, answered when they are durable. */
export async function ingestRoutes(instance: FastifyInstance, { platform, payloads, admission }: IngestParts): Promise<void> {
  await instance.register(async (scope) => {
    // What a payload logger sends has the content type of the model's request, which may be anything.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    // Keys are checked before, bodies are read behind it.
    scope.addHook('onRequest', async (request, reply) => admit(admission, request, reply));
    scope.addHook('onResponse', async (_request, reply) => {
      if (reply.statusCode >= 400) ingestMetrics.refused.inc({ reason: String(reply.statusCode) });
    });
    const options = { config: { permission: 'predictions.write' }, bodyLimit: INGEST_BODY_BYTES };

    scope.post('/api/v1/events/batch', options, async (request): Promise<IngestedView> => {
      const events = faultsAsProblems(() => readBatch(jsonOf(request), projectOf(request), new Date()));
      await sendEvents(platform, events);
      return { accepted: events.length };
    });

    // 200, since KServe's logger takes everything else for a failure.
    scope.post<{ Querystring: Record<string, unknown> }>('/ingest/cloudevents', options, async (request): Promise<TakenPayloadsView> => {
      const now = new Date();
      const query = queryOf(request);
      const halves = faultsAsProblems(() => cloudEvents(request.headers, bodyOf(request)).map((event) => halfOf(event, query, now)));
      return await payloads.run(halves, now).catch((error: unknown) => {
        throw error instanceof IngestFault ? problemOf(error) : error;
      });
    });
  });
}

async function admit(admission: Admission, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw unacceptable(
      `The body is compressed (${encoding.slice(0, 40)}), which is not accepted here.`,
      'Send it as it is, without content-encoding.',
    );
  }
  const leave = admission.enter(roomFor(request));
  if (leave === undefined) throw busy('More events are under way than may be at once.');
  ingestMetrics.inFlight.set(admission.inFlightBytes);
  // Comes for every connection, also when the client went away.
  reply.raw.once('close', () => {
    leave();
    ingestMetrics.inFlight.set(admission.inFlightBytes);
  });
}

/** Bytes of its body: all that may come when it does not say, none when it is going to be refused unread. */
function roomFor({ headers }: FastifyRequest): number {
  const announced = Number(headers['content-length']);
  if (!Number.isSafeInteger(announced)) return INGEST_BODY_BYTES;
  return announced > INGEST_BODY_BYTES ? 0 : announced;
}

function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function unacceptable(detail: string, fix: string): ProblemError {
  return new ProblemError({ status: 415, code: 'DBR-CONTENT-TYPE', detail, fix });
}

function jsonOf(request: FastifyRequest): unknown {
  const type = request.headers['content-type'] ?? '';
  const [, charset = 'utf-8'] = /;\s*charset="?([\w-]+)/i.exec(type) ?? [];
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type) || !/^utf-?8$/i.test(charset)) {
    throw unacceptable(
      'The content type of the body is not accepted here.',
      'Send JSON in UTF-8 with the header content-type: application/json.',
    );
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bodyOf(request)));
  } catch {
    throw new ProblemError({
      status: 400,
      code: 'DBR-MALFORMED-JSON',
      detail: 'The body is not JSON that can be read.',
      errors: [{ field: '(body)', message: 'must be well-formed JSON in UTF-8' }],
      fix: 'Correct the JSON text; a linter shows the place.',
    });
  }
}

/** The address may be all that a logger lets its owner choose. */
function queryOf(request: FastifyRequest<{ Querystring: Record<string, unknown> }>): IngestQuery {
  const given = Object.entries(request.query);
  const unknown = given.filter(([name, value]) => !queryNames.includes(name) || typeof value !== 'string');
  if (unknown.length > 0) {
    throw invalid(unknown.map(([field]) => ({ field, message: `must stand once and be one of ${queryNames.join(', ')}` })));
  }
  const project = projectOf(request);
  return { ...(project === undefined ? {} : { project }), ...Object.fromEntries(given as [string, string][]) };
}

function faultsAsProblems<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof IngestFault ? problemOf(error) : error;
  }
}

function problemOf({ errors }: IngestFault): ProblemError {
  return invalid(errors);
}
