/** A name here can stand in the schema's metadata, as `drawbridge.<name>`, for all rows that have no value of their own. */
export const CONSTANTS = ['project', 'model', 'version', 'deploymentId', 'endpoint', 'time'] as const;
export type ConstantName = (typeof CONSTANTS)[number];
export type Constants = Readonly<Partial<Record<ConstantName, string>>>;

/** What a schema's metadata says of all rows. */
export function constantsOf(metadata: ReadonlyMap<string, string>): Constants {
  const constants: Partial<Record<ConstantName, string>> = {};
  for (const name of CONSTANTS) {
    const value = metadata.get(`drawbridge.${name}`);
    if (value !== undefined) constants[name] = value;
  }
  return constants;
}
