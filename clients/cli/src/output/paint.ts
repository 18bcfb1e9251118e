/** What a word means; the colour is never the only sign of it. */
export type Tone = 'ok' | 'watch' | 'bad' | 'info' | 'dim' | 'head';

/** Begin and end in the codes of ECMA-48. */
const styles = { ok: [32, 39], watch: [33, 39], bad: [31, 39], info: [36, 39], dim: [2, 22], head: [1, 22] } as const;

export type Paint = (text: string, tone?: Tone) => string;

export const unpainted: Paint = (text) => text;

export const painted: Paint = (text, tone) => {
  if (tone === undefined) return text;
  const [begin, end] = styles[tone];
  return `\u001b[${begin}m${text}\u001b[${end}m`;
};

const tones: Readonly<Record<string, Tone>> = {
  ok: 'ok',
  ready: 'ok',
  active: 'ok',
  approved: 'ok',
  promoted: 'ok',
  resolved: 'ok',
  quiet: 'ok',
  pass: 'ok',
  allow: 'ok',
  replayed: 'ok',
  warn: 'watch',
  paused: 'watch',
  pending: 'watch',
  open: 'watch',
  insufficient: 'watch',
  acknowledged: 'watch',
  mitigated: 'watch',
  stalled: 'watch',
  inconclusive: 'watch',
  'needs-approval': 'watch',
  fail: 'bad',
  'not ready': 'bad',
  blocked: 'bad',
  rolledback: 'bad',
  aborted: 'bad',
  failed: 'bad',
  rejected: 'bad',
  voided: 'bad',
  expired: 'bad',
  revoked: 'bad',
  alarming: 'bad',
  deny: 'bad',
  progressing: 'info',
  requested: 'info',
};

/** The tone of a status word. */
export function toneOf(word: string): Tone | undefined {
  return tones[word];
}
