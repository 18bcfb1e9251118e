import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const KB = 1024;

/** Gzip bytes that a first visit may load, and that one page may add. */
export const budgets = { javascript: 190 * KB, css: 20 * KB, page: 40 * KB };

const gzip = (file) => gzipSync(readFileSync(file), { level: 9 }).length;
const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);

/** Weighs the built page: what index.html names is loaded at once, every other file when its page is opened. */
export function weigh(folder) {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const first = new Set([...html.matchAll(/\/assets\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]));
  const all = readdirSync(join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name));
  const size = Object.fromEntries(all.map((name) => [name, gzip(join(folder, 'assets', name))]));
  const of = (ending, wanted) => all.filter((name) => name.endsWith(ending) && first.has(name) === wanted);
  return {
    javascript: sum(of('.js', true).map((name) => size[name])),
    css: sum(of('.css', true).map((name) => size[name])),
    pages: Object.fromEntries(of('.js', false).map((name) => [name, size[name]])),
  };
}
