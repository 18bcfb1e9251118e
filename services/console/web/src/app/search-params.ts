/** The part of the address after the question mark, as plain text: what is shown is what is typed. */
export type Search = Record<string, unknown>;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Search): string {
  const given = Object.entries(search).filter(
    (entry): entry is [string, string | number | boolean] => isPlain(entry[1]) && entry[1] !== '',
  );
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

type Given<K extends string> = { [name in K]?: string };

/** Keeps the named parameters that are text; drops everything else. */
export function textParams<K extends string>(...names: K[]): (search: Search) => Given<K> {
  return (search) => {
    const kept: Given<K> = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'string' && value !== '') kept[name] = value;
    }
    return kept;
  };
}
