import { describe, expect, test } from '@jest/globals';
import { isConflict, isRefusedData, isTransient, isUniqueViolation, sqlState } from './errors.js';

const failure = (fields: Record<string, unknown>, message = 'failed'): Error => Object.assign(new Error(message), fields);

describe('what a database error means', () => {
  test.each([
    ['connection refused', failure({ code: 'ECONNREFUSED', syscall: 'connect' }), true],
    ['connection reset', failure({ code: 'ECONNRESET', syscall: 'read' }), true],
    ['all addresses refused', new AggregateError([failure({ code: 'ECONNREFUSED', syscall: 'connect' })]), true],
    ['connection terminated', new Error('Connection terminated unexpectedly'), true],
    ['pool exhausted', new Error('timeout exceeded when trying to connect'), true],
    ['shutdown by administrator', failure({ code: '57P01' }), true],
    ['starting up', failure({ code: '57P03' }), true],
    ['too many connections', failure({ code: '53300' }), true],
    ['disk full', failure({ code: '53100' }), true],
    ['deadlock', failure({ code: '40P01' }), true],
    ['wrapped by TypeORM', failure({ code: '40001', driverError: failure({ code: '40001' }) }), true],
    ['runner lost its connection', failure({ name: 'QueryRunnerAlreadyReleasedError' }), true],
    ['a file that is missing', failure({ code: 'ENOENT' }), false],
    ['unique violation', failure({ code: '23505' }), false],
    ['syntax error', failure({ code: '42601' }), false],
    ['a bug', new TypeError('x is not a function'), false],
    ['a text', 'Connection terminated', false],
    ['nothing', undefined, false],
  ])('%s', (_, error, transient) => {
    expect(isTransient(error)).toBe(transient);
  });

  test('conflicts are the errors that are repeated from the start', () => {
    expect(['40001', '40P01', '55P03', '57P01', '23505'].map((code) => isConflict(failure({ code })))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('values are refused by what is in them, not by a server that is away or a statement that is wrong', () => {
    const refused = ['22021', '22P05', '23505', '54000', 'P0001'];
    expect(refused.filter((code) => !isRefusedData(failure({ code })))).toEqual([]);
    const other = ['40001', '40P01', '42P01', '42501', '53100', '57P01', 'XX001', 'EPIPE'];
    expect(other.filter((code) => isRefusedData(failure({ code })))).toEqual([]);
    expect(isRefusedData(new TypeError('a bug'))).toBe(false);
  });

  test('a violated check names itself, and a missing partition refuses nothing', () => {
    const check = { code: '23514', table: 'predictions' };
    expect(isRefusedData(failure({ ...check, constraint: 'score_is_finite' }))).toBe(true);
    expect(isRefusedData(failure(check, 'no partition of relation "predictions" found for row'))).toBe(false);
    expect(isRefusedData(failure({ code: '23514' }, 'raised by a trigger'))).toBe(true);
  });

  test('a unique violation names its constraint', () => {
    const error = failure({ code: '23505', driverError: failure({ code: '23505', constraint: 'models_name' }) });
    expect([isUniqueViolation(error), isUniqueViolation(error, 'models_name'), isUniqueViolation(error, 'other')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(sqlState(error)).toBe('23505');
    expect(sqlState(failure({ code: 'EPIPE' }))).toBeUndefined();
  });
});
