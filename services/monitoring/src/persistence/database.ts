import { inTransaction, type Transaction } from '@drawbridge/postgres';
import type { DataSource } from 'typeorm';

/** The service's database: reads outside a transaction, writes inside one. */
export class Database {
  constructor(private readonly source: DataSource) {}

  /** Repeated from its start on a conflict with another transaction, so `fn` touches nothing but the database. */
  transaction<T>(fn: (tx: Transaction) => Promise<T>): Promise<T> {
    return inTransaction(this.source, fn);
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.source.query(sql, [...parameters]);
  }
}

/** Rows of a statement within a transaction. */
export function rows<Row>(tx: Transaction, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  return tx.query(sql, [...parameters]);
}

/**
 * For joins of a few thousand keys with a table of millions: look each key up. Without fresh statistics the planner would
 * rather read the whole table, again for every window.
 */
export async function lookUpByKey(tx: Transaction): Promise<void> {
  await tx.query(plannerSettings({ hashjoin: 'off', mergejoin: 'off', nestloop: 'on', ...byIndex('on') }));
}

/** For joins of so many keys that a table is read from end to end: without fresh statistics the planner would look each up. */
export async function readWhole(tx: Transaction): Promise<void> {
  await tx.query(plannerSettings({ hashjoin: 'on', mergejoin: 'off', nestloop: 'off', ...byIndex('off') }));
  await tx.query("SELECT set_config('work_mem', '128MB', true)");
}

function byIndex(on: 'on' | 'off'): Record<string, 'on' | 'off'> {
  return { indexscan: on, indexonlyscan: on, bitmapscan: on };
}

function plannerSettings(settings: Readonly<Record<string, 'on' | 'off'>>): string {
  const set = Object.entries(settings).map(([name, value]) => `set_config('enable_${name}', '${value}', true)`);
  return `SELECT ${set.join(', ')}`;
}

/**
 * An array literal of values that need no quoting (numbers, uuids, `true`), which is far cheaper to build than the
 * driver's. Null and NaN become NULL.
 */
export function plainArray(values: readonly (number | string | boolean | bigint | null)[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (i > 0) text += ',';
    text += value === null || (typeof value === 'number' && Number.isNaN(value)) ? 'NULL' : String(value);
  }
  return `${text}}`;
}
