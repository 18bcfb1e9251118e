/**
 * The pieces of one JSON text by position. Values are text, number, true, false or null; objects may be nested. This is
 * used once per form of event, to learn it, so it favours plainness. Whatever is not plain is not learned.
 */
export type Token =
  | { readonly kind: 'open'; readonly start: number; readonly end: number }
  | { readonly kind: 'close'; readonly start: number; readonly end: number }
  | { readonly kind: 'key'; readonly start: number; readonly end: number; readonly text: string }
  | { readonly kind: 'value'; readonly start: number; readonly end: number; readonly quoted: boolean };

// Everything from the space on but the quote and the backslash.
const PLAIN_TEXT = /[ !#-[\]-\u00ff]*/y;
const SCALAR = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/** Undefined for arrays, escapes, and whatever is no JSON. Positions count UTF-16 units: give it latin1 text for bytes. */
export function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  const space = (): void => {
    SPACE.lastIndex = at;
    at += SPACE.exec(text)![0].length;
  };
  const quoted = (): { start: number; end: number } | undefined => {
    if (text[at] !== '"') return undefined;
    PLAIN_TEXT.lastIndex = at + 1;
    const start = at + 1;
    const end = start + PLAIN_TEXT.exec(text)![0].length;
    if (text[end] !== '"') return undefined;
    at = end + 1;
    return { start, end };
  };
  const object = (depth: number): boolean => {
    if (depth > 4 || text[at] !== '{') return false;
    tokens.push({ kind: 'open', start: at, end: at + 1 });
    at += 1;
    space();
    for (let first = true; text[at] !== '}'; first = false) {
      if (!first) {
        if (text[at] !== ',') return false;
        at += 1;
        space();
      }
      const key = quoted();
      if (key === undefined) return false;
      tokens.push({ kind: 'key', ...key, text: text.slice(key.start, key.end) });
      space();
      if (text[at] !== ':') return false;
      at += 1;
      space();
      if (!value(depth)) return false;
      space();
    }
    tokens.push({ kind: 'close', start: at, end: at + 1 });
    at += 1;
    return true;
  };
  const value = (depth: number): boolean => {
    if (text[at] === '{') return object(depth + 1);
    const string = quoted();
    if (string !== undefined) {
      tokens.push({ kind: 'value', ...string, quoted: true });
      return true;
    }
    SCALAR.lastIndex = at;
    const found = SCALAR.exec(text);
    if (found === null) return false;
    tokens.push({ kind: 'value', start: at, end: at + found[0].length, quoted: false });
    at += found[0].length;
    return true;
  };
  space();
  if (!object(0)) return undefined;
  space();
  return at === text.length ? tokens : undefined;
}
