/** Text with numbered parameters, grown piece by piece; values never become part of the text. */
export class Sql {
  readonly parameters: unknown[] = [];
  private readonly parts: string[] = [];

  /** Adds a condition; every `?` takes the next value. */
  where(condition: string, ...values: readonly unknown[]): this {
    let next = 0;
    this.parts.push(condition.replaceAll('?', () => `$${this.parameters.push(values[next++])}`));
    return this;
  }

  /** The conditions joined by `and`; `true` without any. */
  get conditions(): string {
    return this.parts.length === 0 ? 'true' : this.parts.map((part) => `(${part})`).join(' and ');
  }

  /** A placeholder for a value outside the conditions. */
  bind(value: unknown): string {
    return `$${this.parameters.push(value)}`;
  }
}

/** Names and values of a map as the two arrays that `unnest` wants. */
export function columnsOf<V>(map: Readonly<Record<string, V>>): [string[], V[]] {
  return [Object.keys(map), Object.values(map)];
}
