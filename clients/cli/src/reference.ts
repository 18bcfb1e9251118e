import { usage } from './errors.js';

/** A model, or one of its versions by name or by alias: `NAME`, `NAME@VERSION`, `NAME@ALIAS`. */
export interface Reference {
  readonly model: string;
  /** A version or an alias; the registry's rules keep the two apart only in part, so it is asked in this order. */
  readonly version?: string;
}

/** Reads `NAME[@VERSION|@ALIAS]`. The last @ counts, since names may hold one. */
export function parseReference(text: string): Reference {
  const at = text.lastIndexOf('@');
  if (at < 0) return { model: named(text, text) };
  const version = text.slice(at + 1);
  if (version === '') throw usage(`${text} ends with an @`, 'write NAME@VERSION or NAME@ALIAS');
  return { model: named(text.slice(0, at), text), version };
}

/** Reads a reference that must name a version. */
export function parseVersion(text: string): Required<Reference> {
  const { model, version } = parseReference(text);
  if (version === undefined) throw usage(`${text} names no version`, `write ${text}@VERSION or ${text}@ALIAS`);
  return { model, version };
}

function named(model: string, text: string): string {
  if (model === '' || model.startsWith('@')) throw usage(`"${text}" names no model`, 'write NAME, NAME@VERSION or NAME@ALIAS');
  return model;
}

/** Numbers are versions; aliases never are. */
export function mayBeAlias(version: string): boolean {
  return /^[A-Za-z_][\w-]{0,254}$/.test(version) && !/^(latest|v\d+)$/i.test(version);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return UUID.test(text);
}
