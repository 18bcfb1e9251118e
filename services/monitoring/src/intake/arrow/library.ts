import type * as Arrow from 'apache-arrow';

export type ArrowLibrary = typeof Arrow;

let loaded: Promise<ArrowLibrary> | undefined;

/** Loaded with the first message: most installations never see one, and it takes 20 MB. */
export function arrowLibrary(): Promise<ArrowLibrary> {
  loaded ??= import('apache-arrow');
  return loaded;
}
