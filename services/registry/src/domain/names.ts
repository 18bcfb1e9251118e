import type { Violation } from '@drawbridge/contracts';

const VERSION = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;
const ALIAS = /^[A-Za-z_][\w-]{0,254}$/;
const RESERVED_ALIAS = /^(latest|v\d+)$/i;
const UNSAFE = /[/\\:\p{Cc}]/u;

/** A model's name is part of URLs, event subjects and later of `models:/name/version` addresses. */
export function modelNameProblem(name: string): string | undefined {
  if (name.length === 0 || name.length > 200) return 'must have 1 to 200 characters';
  if (UNSAFE.test(name)) return 'must not contain a slash, backslash, colon or control character';
  if (name.trim() !== name) return 'must not begin or end with a space';
  if (name.startsWith('.') || name.startsWith('@')) return 'must not begin with a dot or an @';
  return undefined;
}

export function versionProblem(version: string): string | undefined {
  if (VERSION.test(version) && version.toLowerCase() !== 'latest') return undefined;
  return 'must be 1 to 64 letters, digits, dots, underscores, plus or minus signs, begin with a letter or digit and not be "latest"';
}

/** Aliases that could be taken for a version, as `v3` or `latest`, are refused. */
export function aliasProblem(alias: string): string | undefined {
  if (ALIAS.test(alias) && !RESERVED_ALIAS.test(alias)) return undefined;
  return 'must be 1 to 255 letters, digits, underscores or minus signs, and neither "latest" nor "v" with digits';
}

export function tagKeyProblem(key: string): string | undefined {
  if (key.length === 0 || key.length > 250) return 'a key must have 1 to 250 characters';
  if (/\p{Cc}/u.test(key)) return 'a key must not contain control characters';
  return undefined;
}

export const TAG_VALUE_LIMIT = 5000;

export function tagProblems(tags: Readonly<Record<string, string>> | undefined, field: string): Violation[] {
  const found: Violation[] = [];
  for (const [key, value] of Object.entries(tags ?? {})) {
    const problem = tagKeyProblem(key) ?? (value.length > TAG_VALUE_LIMIT ? `must have at most ${TAG_VALUE_LIMIT} characters` : undefined);
    if (problem !== undefined) found.push({ field: `${field}.${key.slice(0, 60)}`, message: problem });
  }
  return found;
}
