import { HttpException } from '@nestjs/common';
import { isTransient, sqlState } from '@drawbridge/postgres';
import { PeerRefused, PeerUnavailable } from '../peer-client.js';
import { ProblemError, titleOf, unavailable } from './problem-error.js';

interface FastifyFault {
  readonly statusCode: number;
  readonly message: string;
}

function isFastifyFault(error: unknown): error is FastifyFault {
  return (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode >= 400 &&
    error.statusCode < 500
  );
}

function ofStatus(status: number, message: string, route: string): ProblemError {
  if (status === 404) {
    return new ProblemError({
      status,
      code: 'DBR-NOT-FOUND',
      detail: `There is nothing at ${route}.`,
      fix: 'Compare the address with /api/v1/openapi.json.',
    });
  }
  if (status === 413) {
    return new ProblemError({
      status,
      code: 'DBR-BODY-TOO-LARGE',
      detail: 'The body is larger than this route accepts.',
      fix: 'Send less, or split the request: events in smaller batches. Artifacts go to POST /api/v1/artifacts.',
    });
  }
  if (status === 415) {
    return new ProblemError({
      status,
      code: 'DBR-CONTENT-TYPE',
      detail: 'The content type of the body is not accepted here.',
      fix: 'Send JSON with the header content-type: application/json.',
    });
  }
  // The parsers of bodies say it in words only.
  if (status === 400 && /json|__proto__|constructor property/i.test(message)) {
    return new ProblemError({
      status,
      code: 'DBR-MALFORMED-JSON',
      detail: `The body is not JSON that can be read: ${message.slice(0, 200)}`,
      errors: [{ field: '(body)', message: 'must be well-formed JSON' }],
      fix: 'Correct the JSON text; a linter shows the place.',
    });
  }
  const code = status < 500 ? `DBR-HTTP-${status}` : 'DBR-INTERNAL';
  return new ProblemError({ status, code, title: titleOf(status), detail: message });
}

/**
 * SQLSTATEs of a value that no column can hold: a zero byte or half a surrogate pair in text, a number out of range, and what
 * stands in a page token or an address where an id or a time belongs.
 */
const refusedValues: ReadonlySet<string> = new Set(['22003', '22007', '22008', '22021', '22P02', '22P05']);

/**
 * What the client is told about any error. Problems pass, framework refusals keep their status, a database that is
 * away is 503, everything else is 500 without details.
 */
export function problemOf(error: unknown, route = 'this address'): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof HttpException) return ofStatus(error.getStatus(), error.message, route);
  if (error instanceof PeerUnavailable)
    return unavailable('DBR-PEER-UNAVAILABLE', `The service ${error.peer} does not answer at the moment.`);
  if (error instanceof PeerRefused) {
    return new ProblemError({ status: 502, code: 'DBR-PEER-REFUSED', detail: error.message, fix: `Look into the log of ${error.peer}.` });
  }
  if (isTransient(error)) return unavailable('DBR-DB-UNAVAILABLE', 'The database does not answer at the moment.');
  if (refusedValues.has(sqlState(error) ?? '')) {
    return new ProblemError({
      status: 400,
      code: 'DBR-VALUE-REFUSED',
      detail: 'A value of this request cannot be stored or compared.',
      why: 'A text holds a zero byte or half a character, a number is out of range, or something that is no id or time stands where one belongs.',
      fix: 'Check the texts of the body, the ids in the address and the pageToken.',
    });
  }
  if (isFastifyFault(error)) return ofStatus(error.statusCode, error.message, route);
  return new ProblemError({
    status: 500,
    code: 'DBR-INTERNAL',
    detail: 'Something failed inside the service. It is in its log under the trace id.',
    fix: 'Report it with the requestId and the traceId of this answer.',
  });
}
