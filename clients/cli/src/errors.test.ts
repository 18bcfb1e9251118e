import { expect, test } from '@jest/globals';
import { asCliError, CliError, errorText, exitCodeOf, fromAnswer, reasonOf } from './errors.js';

test.each([
  [400, '', 2],
  [401, 'DBR-AUTH-EXPIRED', 4],
  [403, 'DBR-FORBIDDEN', 5],
  [403, 'DBR-APPROVAL-OWN-VERSION', 5],
  [404, 'DBR-MODEL-NOT-FOUND', 3],
  [409, 'DBR-MODEL-EXISTS', 6],
  [409, 'DBR-DEPLOYMENT-GATE', 8],
  [412, '', 6],
  [422, 'DBR-BASELINE-INVALID', 2],
  [429, 'DBR-RATE-LIMIT', 7],
  [500, 'DBR-INTERNAL', 1],
  [502, '', 7],
  [503, 'DBR-PEER-UNAVAILABLE', 7],
  [504, '', 7],
  [418, '', 1],
])('%i %s ends with %i', (status, code, exitCode) => {
  expect(exitCodeOf(status, code)).toBe(exitCode);
});

test('a problem document keeps everything that helps', () => {
  const error = fromAnswer(
    409,
    {
      type: 'urn:drawbridge:problem:dbr-deployment-gate',
      title: 'The gate says no',
      status: 409,
      detail: 'no approval',
      code: 'DBR-DEPLOYMENT-GATE',
      why: 'the policy asks for one',
      fix: 'drawbridge approval list',
      errors: [{ field: 'version', message: 'no approval' }],
      requestId: 'r-1',
      traceId: 't-1',
      retryable: false,
    },
    'POST /deployments',
  );
  expect(error.exitCode).toBe(8);
  expect(error.object).toEqual({
    code: 'DBR-DEPLOYMENT-GATE',
    message: 'no approval',
    why: 'the policy asks for one',
    fix: 'drawbridge approval list',
    errors: [{ field: 'version', message: 'no approval' }],
    docs: 'docs/codes.md#dbr-deployment-gate',
    requestId: 'r-1',
    traceId: 't-1',
    retryable: false,
  });
});

test('the error of an inference server is understood', () => {
  const { object, exitCode } = fromAnswer(400, { error: 'input x is missing', code: 'DBR-INPUT', field: 'x' }, 'POST /v2');
  expect({ exitCode, ...object }).toMatchObject({ exitCode: 2, code: 'DBR-INPUT', message: 'input x is missing' });
});

test.each([undefined, 'a page of a proxy', [], 7, null])('an answer without a problem still has a code: %j', (body) => {
  expect(fromAnswer(503, body, 'GET /models').object).toMatchObject({
    code: 'DBR-HTTP-503',
    message: 'GET /models answered 503',
    retryable: true,
  });
});

test('the text names what, why and fix, and obeys no escape sequence', () => {
  const error = new CliError(1, { code: 'DBR-X', message: 'bad \u001b[31mred', why: 'because', fix: 'do it' });
  expect(errorText(error.object)).toBe('DBR-X  bad �[31mred\n  why      because\n  fix      do it\n');
});

test('whatever is thrown becomes an error with a code', () => {
  expect(asCliError(new TypeError('oops'))).toMatchObject({ exitCode: 1, object: { code: 'DBR-CLI-BUG', message: 'oops' } });
  expect(asCliError('text').object.message).toBe('text');
  expect(reasonOf(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }))).toBe('connect ECONNREFUSED');
});
