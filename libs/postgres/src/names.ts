/** Returns a schema name that may stand in SQL as it is; throws on anything that would need quotes. */
export function plainName(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error(`schema name ${JSON.stringify(name)} is not plain lower case`);
  return name;
}
