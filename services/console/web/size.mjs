import { join } from 'node:path';
import { budgets, weigh } from './bundle-size.mjs';

/** Prints the weight of the built page against its budgets; fails when one is broken. */
const { javascript, css, pages } = weigh(join(import.meta.dirname, '..', 'dist', 'web'));
const [heaviest, weight] = Object.entries(pages).sort((a, b) => b[1] - a[1])[0] ?? ['none', 0];
const rows = [
  ['first load, JavaScript', javascript, budgets.javascript],
  ['first load, CSS', css, budgets.css],
  [`heaviest later file, ${heaviest}`, weight, budgets.page],
];
for (const [what, bytes, budget] of rows) {
  const fits = bytes <= budget;
  process.stdout.write(`${fits ? 'ok  ' : 'OVER'} ${what}: ${(bytes / 1024).toFixed(1)} KB gzip of ${(budget / 1024).toFixed(0)} KB\n`);
  if (!fits) process.exitCode = 1;
}
