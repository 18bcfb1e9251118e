import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from './package-root.js';

/**
 * Runs the migrations of several services one after another in one process, since most of the time of one goes into loading what all
 * share. Each is the service's own `migrate.js`, told its URL as if it ran alone. Stops at the first failure and names it last.
 */
const urls = JSON.parse(process.env['DRAWBRIDGE_MIGRATION_URLS'] ?? '{}') as Record<string, string>;
delete process.env['DRAWBRIDGE_MIGRATION_URLS'];
for (const [name, url] of Object.entries(urls)) {
  process.env['DRAWBRIDGE_MIGRATION_URL'] = url;
  try {
    await import(pathToFileURL(join(repositoryRoot, 'services', name, 'dist', 'src', 'migrate.js')).href);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  if (process.exitCode === 1) {
    process.stderr.write(`failed: ${name}\n`);
    break;
  }
}
