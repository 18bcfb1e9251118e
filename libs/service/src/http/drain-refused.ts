import type { FastifyInstance } from 'fastify';

/** What a refused sender may still send before its connection is cut. */
const maxBytes = 64 * 1024 * 1024;
const maxMs = 5000;

/**
 * A body that is too large is refused before it was read, and the connection is closed. A client that is still sending
 * would see a broken connection instead of the answer, so the rest is taken in first, within bounds.
 */
export function drainRefused(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, _payload, done) => {
    const { raw } = request;
    if (reply.statusCode !== 413 || raw.readableEnded || raw.destroyed) {
      done();
      return;
    }
    let bytes = 0;
    const finish = (): void => {
      clearTimeout(timer);
      raw.off('data', count).off('end', finish).off('close', finish).off('error', finish);
      done();
    };
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) finish();
    };
    const timer = setTimeout(finish, maxMs);
    raw.on('data', count).once('end', finish).once('close', finish).once('error', finish);
    raw.resume();
  });
}
