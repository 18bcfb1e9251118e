import { type Codes, loggedCodes, serviceCodes } from '@drawbridge/contracts';
import { EVERYWHERE, type Place } from '../codes/scan.js';
import { generatedNote, pageView, type View } from './view.js';

/** Every code that a service may answer with: what it means, what to do, who says it. */
export function codesView(found: ReadonlyMap<string, ReadonlySet<Place>>): View {
  return pageView('docs/codes.md', [
    '# Codes of the services',
    '',
    generatedNote,
    '',
    'A refusal is `application/problem+json` (RFC 9457) with a stable `code` for programs, `detail`, and mostly `errors`, `why` and `fix` of the very case. ' +
      'When `retryable` is true the same request may succeed later, not before `Retry-After`. Codes of starting and stopping are in [errors.md](errors.md), ' +
      'those of the command line itself in [CODES.md](../clients/cli/CODES.md).',
    ...entries(serviceCodes, found),
    '',
    '# In the log only',
    ...entries(loggedCodes, found),
  ]);
}

function entries(codes: Codes, found: ReadonlyMap<string, ReadonlySet<Place>>): string[] {
  return Object.entries(codes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([code, { means, fix }]) => {
      const title = code.replace('-<status>', '');
      const status = title === code ? '' : ' Its number is the HTTP status, as in DBR-HTTP-414.';
      return ['', `## ${title}`, '', `${means}${status}`, '', `**Fix.** ${fix} *${places(found.get(code))}*`];
    });
}

function places(found: ReadonlySet<Place> = new Set()): string {
  if (found.has(EVERYWHERE)) return EVERYWHERE;
  return [...found].sort().join(', ');
}
