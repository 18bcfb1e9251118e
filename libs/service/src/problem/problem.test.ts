import { BadRequestException, NotFoundException } from '@nestjs/common';
import { describe, expect, test } from '@jest/globals';
import { IsInt, IsString, Max, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { PeerRefused, PeerUnavailable } from '../peer-client.js';
import { invalid, notFound, ProblemError, unavailable } from './problem-error.js';
import { problemOf } from './translate.js';
import { DtoPipe } from './validation.js';

class Step {
  @IsInt()
  @Max(100)
  weight!: number;
}

class Strategy {
  @IsString()
  kind!: string;

  @ValidateNested({ each: true })
  @Type(() => Step)
  steps!: Step[];
}

async function refusal(body: unknown): Promise<ProblemError> {
  try {
    await new DtoPipe().transform(body, { type: 'body', metatype: Strategy });
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('problems', () => {
  test('say what to do', () => {
    const document = notFound('model version', 'risk@3').document({ requestId: 'r', traceId: 't' });
    expect(document).toMatchObject({ status: 404, code: 'DBR-MODEL-VERSION-NOT-FOUND', requestId: 'r', traceId: 't', retryable: false });
    expect(unavailable('DBR-X', 'away').document({ requestId: 'r' })).toMatchObject({ status: 503, retryable: true });
    expect(invalid([{ field: 'a', message: 'must be b' }]).document({ requestId: 'r' })).toMatchObject({ fix: 'a: must be b' });
  });

  test.each<[string, unknown, number, string]>([
    ['a problem', new ProblemError({ status: 409, code: 'DBR-X', detail: 'd' }), 409, 'DBR-X'],
    ['an unknown route', new NotFoundException(), 404, 'DBR-NOT-FOUND'],
    [
      'malformed JSON',
      new BadRequestException("Body is not valid JSON but content-type is set to 'application/json'"),
      400,
      'DBR-MALFORMED-JSON',
    ],
    ['another refusal of the framework', Object.assign(new Error('too long'), { statusCode: 414 }), 414, 'DBR-HTTP-414'],
    ['a lost database', Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' }), 503, 'DBR-DB-UNAVAILABLE'],
    ['a zero byte in a text', Object.assign(new Error('invalid byte sequence'), { code: '22021' }), 400, 'DBR-VALUE-REFUSED'],
    ['a division by zero of our own', Object.assign(new Error('division by zero'), { code: '22012' }), 500, 'DBR-INTERNAL'],
    ['a missing file', Object.assign(new Error('open'), { code: 'ENOENT', syscall: 'open' }), 500, 'DBR-INTERNAL'],
    ['a silent peer', new PeerUnavailable('registry', 'timeout'), 503, 'DBR-PEER-UNAVAILABLE'],
    ['a refusing peer', new PeerRefused('registry', 404, 'DBR-X', 'no'), 502, 'DBR-PEER-REFUSED'],
    ['a bug', new TypeError('x is undefined'), 500, 'DBR-INTERNAL'],
    ['a server error with a status', Object.assign(new Error('secret'), { statusCode: 502 }), 500, 'DBR-INTERNAL'],
    ['something thrown', 'text', 500, 'DBR-INTERNAL'],
  ])('%s becomes one', (_, error, status, code) => {
    expect(problemOf(error)).toMatchObject({ status, code });
  });

  test('a bug tells nothing of itself', () => {
    expect(JSON.stringify(problemOf(new Error('password=1')).problem)).not.toContain('password');
  });
});

describe('bodies', () => {
  test('nested fields are named by their path', async () => {
    const { problem } = await refusal({ kind: 'canary', steps: [{ weight: 10 }, { weight: 'half', until: 1 }] });
    expect(problem.errors).toEqual([
      { field: 'steps.1.until', message: 'is not a known field; known are weight' },
      { field: 'steps.1.weight', message: expect.stringContaining('must be an integer') },
    ]);
  });

  test.each([[[]], ['text'], [5], [true]])('%j is not an object', async (body) => {
    expect((await refusal(body)).problem.errors).toEqual([{ field: '(body)', message: 'must be a JSON object' }]);
  });

  test('a good one becomes an instance', async () => {
    const value = await new DtoPipe().transform({ kind: 'direct', steps: [] }, { type: 'body', metatype: Strategy });
    expect(value).toBeInstanceOf(Strategy);
  });
});
