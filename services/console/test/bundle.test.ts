import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { budgets, weigh } from '../web/bundle-size.mjs';

const built = join(import.meta.dirname, '..', 'dist', 'web');

/** On the page as it was built: `npm run build` comes first. */
describe('the built page', () => {
  test('a first visit stays within its budget', () => {
    const { javascript, css, pages } = weigh(built);
    expect(javascript).toBeGreaterThan(50_000);
    expect(javascript).toBeLessThanOrEqual(budgets.javascript);
    expect(css).toBeLessThanOrEqual(budgets.css);
    for (const bytes of Object.values(pages)) expect(bytes).toBeLessThanOrEqual(budgets.page);
  });

  test('index.html holds no inline script or style and a place for the nonce', () => {
    const html = readFileSync(join(built, 'index.html'), 'utf8');
    expect(html).toContain('content="__CSP_NONCE__"');
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
    expect([...html.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map((match) => match[1]?.trim())).toEqual(['']);
  });

  test('no file asks another host for anything', () => {
    // Names of XML namespaces and addresses in the texts of libraries are not requested.
    const harmless = /^(www\.w3\.org|react\.dev|reactjs\.org|mantine\.dev|github\.com|tanstack\.com|localhost|tkdodo\.eu|lucide\.dev)/;
    for (const name of readdirSync(join(built, 'assets'))) {
      if (!/\.(js|css)$/.test(name)) continue;
      const hosts = [...readFileSync(join(built, 'assets', name), 'utf8').matchAll(/https?:\/\/([a-z0-9.-]+)/gi)].map(
        (match) => match[1] ?? '',
      );
      expect({ name, hosts: hosts.filter((host) => !harmless.test(host)) }).toEqual({ name, hosts: [] });
    }
  });
});
