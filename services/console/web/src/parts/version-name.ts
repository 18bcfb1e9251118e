/** v7 for a number; a name of one's own stays as it is. */
export function versionName(version: string): string {
  return /^\d/.test(version) ? `v${version}` : version;
}
