/** The index knows the beginning of a word up to here. */
const LONGEST = 60;

/**
 * A text as a query over the index of words: events that hold all its words, the last one at least its beginning. Splits as
 * the function `event_words` of the database does. Undefined for a text without words.
 */
export function wordQuery(text: string): string | undefined {
  const words = text.split(/[\s!-/:-@[-`{-~]+/).filter((word) => word !== '');
  if (words.length === 0) return undefined;
  // No word holds punctuation, so that nothing needs escaping.
  return `${words.map((word) => `'${Array.from(word).slice(0, LONGEST).join('')}'`).join(' & ')}:*`;
}
