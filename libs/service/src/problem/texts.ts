import { textFlaw } from '@drawbridge/contracts';
import { Readable } from 'node:stream';
import type { FieldError } from './problem-error.js';

const REPORTED = 20;

/**
 * Texts that neither Postgres nor UTF-8 can hold: those with a zero byte or half a character. Refused at the door, by
 * field; one that came in would be changed in one table and poison the consumers of its event in another.
 */
export function unstorableTexts(value: unknown, field = ''): FieldError[] {
  const found: FieldError[] = [];
  // A stack of its own: a body may be nested deeper than calls may be.
  const open: [field: string, value: unknown][] = [[field, value]];
  for (let next = open.pop(); next !== undefined && found.length < REPORTED; next = open.pop()) {
    const [path, part] = next;
    if (typeof part === 'string') {
      const message = textFlaw(part);
      if (message !== undefined) found.push({ field: path === '' ? '(body)' : path, message });
    } else if (typeof part === 'object' && part !== null && !isRaw(part)) {
      for (const [name, inner] of Object.entries(part)) {
        if (textFlaw(name) !== undefined) found.push({ field: path === '' ? '(body)' : path, message: `a name in it ${nameless}` });
        else open.push([path === '' ? name : `${path}.${name}`, inner]);
      }
    }
  }
  return found;
}

/** An upload holds no texts, and the stream that it comes in leads back to itself. */
function isRaw(part: object): boolean {
  return Buffer.isBuffer(part) || part instanceof Readable;
}

const nameless = 'must not contain a zero byte or half a character';
