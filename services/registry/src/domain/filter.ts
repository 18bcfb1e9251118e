/** The filter of a list of versions: comparisons joined by `and`, e.g. `metric.auc>=0.7 and tag.team='risk'`. */

export type FilterTarget = 'metric' | 'parameter' | 'tag';
export type FilterOperator = '=' | '!=' | '>' | '>=' | '<' | '<=';

export interface Comparison {
  readonly target: FilterTarget;
  readonly key: string;
  readonly operator: FilterOperator;
  readonly value: string | number;
}

export class FilterError extends Error {}

/** A map: words of a user are looked up in it, and one may be the name of something that every object inherits. */
const TARGETS: ReadonlyMap<string, FilterTarget> = new Map([
  ['metric', 'metric'],
  ['metrics', 'metric'],
  ['parameter', 'parameter'],
  ['parameters', 'parameter'],
  ['param', 'parameter'],
  ['params', 'parameter'],
  ['tag', 'tag'],
  ['tags', 'tag'],
]);

const TERM = /\s*(\w+)\.(?:`([^`]+)`|"([^"]+)"|([\w./-]+?))\s*(>=|<=|!=|=|>|<)\s*(?:'([^']*)'|"([^"]*)"|([^\s'"]+))\s*/y;
const AND = /and\b\s*/iy;
const MAX_TERMS = 20;

/** Reads a filter; throws FilterError in words that say where it stopped. */
export function parseFilter(text: string): Comparison[] {
  const found: Comparison[] = [];
  let at = 0;
  for (;;) {
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (match === null)
      throw new FilterError(`cannot read "${text.slice(at, at + 40).trim()}": write <metric|parameter|tag>.<key> <operator> <value>`);
    found.push(comparison(match));
    if (found.length > MAX_TERMS) throw new FilterError(`at most ${MAX_TERMS} comparisons`);
    at = TERM.lastIndex;
    if (at === text.length) return found;
    AND.lastIndex = at;
    if (AND.exec(text) === null) throw new FilterError(`expected "and" before "${text.slice(at, at + 40)}"`);
    at = AND.lastIndex;
  }
}

function comparison(match: RegExpExecArray): Comparison {
  const target = TARGETS.get(match[1]!.toLowerCase());
  if (target === undefined) throw new FilterError(`"${match[1]}" is none of metric, parameter, tag`);
  const key = match[2] ?? match[3] ?? match[4]!;
  const operator = match[5] as FilterOperator;
  const text = match[6] ?? match[7] ?? match[8]!;
  if (target === 'metric') {
    const value = Number(text);
    if (!Number.isFinite(value)) throw new FilterError(`metric.${key} is compared with "${text}", which is not a number`);
    return { target, key, operator, value };
  }
  if (operator !== '=' && operator !== '!=') throw new FilterError(`${target}.${key} can be compared with = and != only`);
  return { target, key, operator, value: text };
}
