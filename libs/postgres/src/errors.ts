// Classes of SQLSTATE that mean "the server cannot do it now" rather than "this statement is wrong".
const transientClasses = ['08', '53', '57', '58'];
// Conflicts with other transactions: serialization, deadlock, lock not available; and the idle transaction timeout.
const transientStates = new Set(['40001', '40P01', '55P03', '25P03']);
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
// node-postgres and TypeORM report a lost connection by words only.
const lostConnection =
  /Connection terminated|Query read timeout|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|not queryable|Driver not Connected|Cannot use a pool after calling end/i;
const releasedRunners = new Set([
  'QueryRunnerAlreadyReleasedError',
  'QueryRunnerProviderAlreadyReleasedError',
  'TransactionNotStartedError',
]);

function textOf(error: object, field: 'code' | 'name' | 'message' | 'syscall'): string | undefined {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : undefined;
}

/** The error that the driver gave, below what TypeORM wrapped around it. */
function innermost(error: object): object {
  const driver: unknown = Reflect.get(error, 'driverError');
  return typeof driver === 'object' && driver !== null && driver !== error ? innermost(driver) : error;
}

/** SQLSTATE of a database error; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const code = textOf(innermost(error), 'code');
  return code !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** True for a conflict with another transaction, which is repeated from its start. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01' || state === '55P03';
}

/** True when a unique index, by name or any, refused a row. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505') return false;
  return constraint === undefined || Reflect.get(innermost(error as object), 'constraint') === constraint;
}

// Cardinality, data, constraint, check option, limit of the server, raised by a trigger.
const dataClasses = ['21', '22', '23', '44', '54', 'P0'];

/** True when the server understood the statement and refused the values in it. */
export function isRefusedData(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && dataClasses.includes(state.slice(0, 2)) && !isMissingPartition(error);
}

/**
 * The table lacks a place for the row, and the row is right. The state is that of a violated check, but the server names a
 * table and no check; what a trigger raises names neither.
 */
function isMissingPartition(error: unknown): boolean {
  if (sqlState(error) !== '23514') return false;
  const inner = innermost(error as object);
  return Reflect.get(inner, 'table') !== undefined && Reflect.get(inner, 'constraint') === undefined;
}

/** True for errors that go away by waiting: connection lost, server starting or stopping, conflict, no free connection. */
export function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof AggregateError) return error.errors.some(isTransient);
  const inner = innermost(error);
  const code = textOf(inner, 'code');
  if (code !== undefined) {
    const state = sqlState(inner);
    const syscall = textOf(inner, 'syscall');
    // A missing socket is a server that is away; a missing file is not.
    if (code === 'ENOENT') return syscall === 'connect';
    if (networkCodes.has(code)) return syscall !== undefined;
    if (state !== undefined) return transientStates.has(state) || transientClasses.includes(state.slice(0, 2));
  }
  const name = textOf(inner, 'name');
  if (name !== undefined && releasedRunners.has(name)) return true;
  return lostConnection.test(textOf(inner, 'message') ?? '');
}
