import { afterEach, expect, jest, test } from '@jest/globals';
import { loginLink } from './login-link.js';

afterEach(() => {
  jest.restoreAllMocks();
});

function answerWith(answer: () => Response): void {
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => answer());
}

test('a link opens the console once, in the project that is named', async () => {
  answerWith(() => Response.json({ token: 'dbl_1_a/b' }));
  const ask = (project?: string): Promise<string | undefined> => loginLink('http://governance', 'http://console', 'db_admin_x', project);
  expect(await ask()).toBe('http://console/login?token=dbl_1_a%2Fb');
  expect(await ask('flights-1')).toBe('http://console/login?token=dbl_1_a%2Fb&project=flights-1');
});

test('a refusal gives no link', async () => {
  answerWith(() => new Response('{}', { status: 403 }));
  expect(await loginLink('http://governance', 'http://console', 'db_admin_x', 'flights-1')).toBeUndefined();
});
