import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside the package, seen from the sources and from the compiled files. */
function folder(): string {
  const places = ['../../policies/', '../../../policies/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = places.find((place) => existsSync(`${place}production.yaml`));
  if (found === undefined) throw new Error(`the default policies are missing; looked in ${places.join(' and ')}`);
  return found;
}

/** The policies an installation begins with. They are ordinary policies: publish a version to change them. */
export function defaultPolicies(): string[] {
  return ['production.yaml', 'staging.yaml'].map((file) => readFileSync(`${folder()}${file}`, 'utf8'));
}
