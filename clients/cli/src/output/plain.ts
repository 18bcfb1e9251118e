/** Text from a server without what a terminal would obey: control characters, escape sequences, direction marks. */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (char) => (char === '\n' || char === '\t' ? ' ' : '�'));
}
