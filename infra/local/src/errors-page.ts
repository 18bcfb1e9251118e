import { localErrors } from './errors.js';

/** The page `docs/errors.md`: every code of the start commands with its reason and its way out. */
export function errorPage(): string {
  const head = [
    '# Error codes of the start commands',
    '',
    'Generated from `infra/local/src/errors.ts` by `npm run docs --workspace @drawbridge/local`; do not edit.',
    'Each error is printed with its code, what happened this time, why, and how to go on. Each is provoked by a test.',
    'The services answer with codes of their own in `application/problem+json`: [codes.md](codes.md).',
  ];
  const entries = Object.entries(localErrors).map(([code, { title, why, fix }]) =>
    ['', `## ${code}`, '', `**${title}.** ${why}`, '', `**Fix.** ${fix}`].join('\n'),
  );
  return `${[...head, ...entries].join('\n')}\n`;
}
