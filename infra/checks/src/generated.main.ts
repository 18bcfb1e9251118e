import { join } from 'node:path';
import { generate, stale, write } from './generated.js';

const root = join(import.meta.dirname, '../../../..');

/** Writes the committed views, or with `--check` fails when they are not what the code says. */
const { views, disagreements } = await generate(root);
for (const text of disagreements) console.error(text);
if (process.argv.includes('--check')) {
  const wrong = stale(root, views);
  for (const text of wrong) console.error(text);
  console.log(wrong.length === 0 ? `generated views: all ${String(views.length)} are up to date` : 'fix: npm run generate, then commit');
  process.exitCode = wrong.length + disagreements.length === 0 ? 0 : 1;
} else {
  const changed = write(root, views);
  for (const path of changed) console.log(`wrote ${path}`);
  console.log(`generated views: ${String(changed.length)} of ${String(views.length)} changed`);
  process.exitCode = disagreements.length === 0 ? 0 : 1;
}
