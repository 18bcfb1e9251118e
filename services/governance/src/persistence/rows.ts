import type { Transaction } from '@drawbridge/postgres';

type Value = string | number | boolean | Date | null | Buffer | readonly string[];

/** Runs a statement and answers its rows, also those of `update … returning`, which the driver wraps with a count. */
export async function rows<T>(tx: Transaction, sql: string, values: readonly Value[] = []): Promise<T[]> {
  const result: unknown = await tx.query(sql, [...values]);
  if (!Array.isArray(result)) return [];
  if (result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number') return result[0] as T[];
  return result as T[];
}

export async function row<T>(tx: Transaction, sql: string, values: readonly Value[] = []): Promise<T | undefined> {
  const [first] = await rows<T>(tx, sql, values);
  return first;
}

/** A document for a jsonb parameter. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

/** A bytea parameter. */
export function bytes(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Where a page begins: the time and id of the last item before it. */
export interface Keyset {
  readonly limit: number;
  readonly descending: boolean;
  readonly after?: { readonly at: Date; readonly id: string };
}

/** Builds a filtered keyset query over (time column, id column); one row more than the limit says that there is a next page. */
export class ListQuery {
  private readonly conditions: string[] = [];
  private readonly values: Value[] = [];

  constructor(
    private readonly select: string,
    private readonly order: { readonly time: string; readonly id: string; readonly idType: 'uuid' | 'text' | 'bigint' },
  ) {}

  /** `condition` holds one `?` for the value; an absent value filters nothing. */
  where(condition: string, value: Value | undefined): this {
    if (value === undefined) return this;
    this.values.push(value);
    this.conditions.push(condition.replaceAll('?', `$${this.values.length}`));
    return this;
  }

  plain(condition: string | undefined): this {
    if (condition !== undefined) this.conditions.push(condition);
    return this;
  }

  async page<T>(tx: Transaction, keyset: Keyset): Promise<T[]> {
    const { time, id, idType } = this.order;
    const values = [...this.values];
    const conditions = [...this.conditions];
    if (keyset.after !== undefined) {
      values.push(keyset.after.at, keyset.after.id);
      conditions.push(
        `(${time}, ${id}) ${keyset.descending ? '<' : '>'} ($${values.length - 1}::timestamptz, $${values.length}::${idType})`,
      );
    }
    const direction = keyset.descending ? 'desc' : 'asc';
    const filter = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
    const sql = `${this.select}${filter} order by ${time} ${direction}, ${id} ${direction} limit ${keyset.limit + 1}`;
    return rows<T>(tx, sql, values);
  }
}
