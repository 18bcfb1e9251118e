import type { Codes } from './codes.js';

/** What any service may answer. */
export const platformCodes = {
  'DBR-ACCESS-LOADING': { means: 'The service has just started and still reads the keys.', fix: 'Try again in a second.' },
  'DBR-AUTH-EXPIRED': { means: 'The key or the session has ended.', fix: 'Log in again, or ask an admin for a new key.' },
  'DBR-AUTH-MALFORMED': { means: 'What was sent as a key is none.', fix: 'Send the whole key as it was printed: db_<id>_<secret>.' },
  'DBR-AUTH-MISSING': {
    means: 'The route needs a key, and none was sent.',
    fix: 'Send the header Authorization: Bearer db_<id>_<secret>.',
  },
  'DBR-AUTH-REVOKED': { means: 'The key was revoked.', fix: 'Ask an admin for a new key.' },
  'DBR-AUTH-SCHEME': {
    means: 'The header Authorization holds something else than a bearer key.',
    fix: 'Send Authorization: Bearer db_<id>_<secret>.',
  },
  'DBR-AUTH-UNKNOWN': { means: 'Nobody issued this key here.', fix: 'Check that the key belongs to this installation.' },
  'DBR-BODY-TOO-LARGE': {
    means: 'The body is larger than the route accepts.',
    fix: 'Send less, or split the request: events in smaller batches. Artifacts go to POST /api/v1/artifacts.',
  },
  'DBR-CONTENT-TYPE': {
    means: 'The content type of the body is not accepted there.',
    fix: 'Send the content type that the OpenAPI document names, mostly application/json.',
  },
  'DBR-DB-UNAVAILABLE': {
    means: 'The database does not answer at the moment. Nothing was changed.',
    fix: 'Try again after Retry-After; look at /health/ready when it lasts.',
  },
  'DBR-DEAD-LETTER-NOT-FOUND': { means: 'There is no such dead letter.', fix: 'drawbridge events dlq list' },
  'DBR-DEADLETTER-CAPPED': {
    means: 'The payload of the dead letter was too large to keep.',
    fix: 'Send the message again from its source.',
  },
  'DBR-DEADLETTER-CLOSED': { means: 'The dead letter was replayed or discarded before.', fix: 'List open ones with status=open.' },
  'DBR-DEADLETTER-NO-REPLAY': {
    means: 'The group of the dead letter cannot handle its topic in place.',
    fix: 'Send the message again from its source, or discard the letter.',
  },
  'DBR-DEADLETTER-STILL-DEAD': {
    means: 'The message still cannot be handled.',
    fix: 'Fix the cause that the answer names first, or discard it.',
  },
  'DBR-FORBIDDEN': {
    means: 'The key is valid, but its roles do not grant the permission of the route.',
    fix: 'Ask an admin for a role that does: docs/permissions.md.',
  },
  'DBR-HOST-NOT-ALLOWED': {
    means: 'The service was called by a name that is not its own.',
    fix: 'Use its own address, or add the name to DRAWBRIDGE_ALLOWED_HOSTS.',
  },
  'DBR-HTTP-<status>': {
    means: 'The request was refused by the HTTP layer, or a service behind answered with a status and no code.',
    fix: 'The detail of the answer says what it was.',
  },
  'DBR-IDEMPOTENCY-ANSWER-LOST': {
    means: 'The first request with this Idempotency-Key was carried out, but its answer was lost.',
    fix: 'Read what it changed. Use a new key only for a new request.',
  },
  'DBR-IDEMPOTENCY-MISMATCH': { means: 'The Idempotency-Key was used with another body.', fix: 'Use a new key for a new request.' },
  'DBR-IDEMPOTENCY-RUNNING': {
    means: 'The first request with this Idempotency-Key is still running.',
    fix: 'Try again in a second with the same key and body.',
  },
  'DBR-IDEMPOTENCY-TAKEN-OVER': {
    means: 'Another request with this Idempotency-Key took the place of this one, which has changed nothing.',
    fix: 'Try again with the same key and body to get the answer of the other one.',
  },
  'DBR-INTERNAL': {
    means: 'Something failed inside the service. It is in its log under the trace id.',
    fix: 'Report it with the requestId and the traceId of the answer.',
  },
  'DBR-INVALID': {
    means: 'Fields of the request are not valid; `errors` names each with what it must be.',
    fix: 'Correct them; the same request fails again.',
  },
  'DBR-MALFORMED-JSON': { means: 'The body is not JSON that can be read.', fix: 'Correct the JSON text; a linter shows the place.' },
  'DBR-NOT-FOUND': { means: 'There is nothing at this address.', fix: 'Compare the address with /api/v1/openapi.json.' },
  'DBR-ORIGIN-NOT-ALLOWED': {
    means: 'A page of another site may not send changes here.',
    fix: 'Open the console at its own address, or add the origin to DRAWBRIDGE_ALLOWED_ORIGINS.',
  },
  'DBR-PEER-REFUSED': {
    means: 'A service behind this one refused what it was asked.',
    fix: 'Look into the log of the service that the answer names.',
  },
  'DBR-PEER-UNAVAILABLE': {
    means: 'A service behind this one does not answer at the moment. Nothing was changed.',
    fix: 'Try again after Retry-After; drawbridge status shows which one is away.',
  },
  'DBR-RATE-LIMIT': { means: 'The key sends more requests than it may.', fix: 'Try again after Retry-After, and send less often.' },
  'DBR-ROUTE-CLOSED': {
    means: 'The route declares no permission, which is a mistake in the service.',
    fix: 'Report it; nobody may call it until it is mended.',
  },
  'DBR-SCHEMA-NOT-FOUND': { means: 'There is no topic of this name, or none in this version.', fix: '/asyncapi.json names all topics.' },
  'DBR-VALUE-REFUSED': {
    means:
      'A value of the request cannot be stored or compared: a zero byte or half a character in a text, a number out of range, or something that is no id or time where one belongs.',
    fix: 'Check the texts of the body, the ids in the address and the pageToken.',
  },
} as const satisfies Codes;

/** What stands in the log of a service and is no answer. */
export const loggedCodes = {
  'DBR-CONFIG': {
    means: 'A setting is missing or not valid; the service does not start.',
    fix: 'The log names the variable and what it must be.',
  },
  'DBR-EVENT-CONTRACT': {
    means: 'The service was about to announce an event that breaks the contract. Nothing was changed.',
    fix: 'Report it with the log line.',
  },
  'DBR-RETENTION': {
    means: 'The inbox would forget events that their topics still hold; the service does not start.',
    fix: 'Lengthen the inbox or shorten the retention of the topics that the log names.',
  },
  'DBR-ROUTE-UNGUARDED': {
    means: 'A route declares neither a permission nor that it is public; the service does not start.',
    fix: 'Give the route that the log names a permission.',
  },
  'DBR-SCHEMA-NEWER': { means: 'The schema was migrated by a newer release.', fix: 'Install the release that wrote it.' },
} as const satisfies Codes;
