import type { IncomingMessage } from 'node:http';
import { v7 as uuidv7 } from 'uuid';

/** The caller's X-Request-Id when it is harmless, else a new one. */
export function requestIdOf(raw: Pick<IncomingMessage, 'headers'>): string {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._:-]{1,100}$/.test(given) ? given : uuidv7();
}
