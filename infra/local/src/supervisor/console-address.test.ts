import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { banner } from './banner.js';
import { consoleAddress } from './console-address.js';
import { homeFolder, portsFrom } from './layout.js';
import { loginLink } from './login-link.js';

describe('links that are printed', () => {
  let server: Server;
  let url: string;
  let session: object;

  beforeEach(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url === '/api/v1/login-links' ? { token: 'a/b' } : session));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.close();
  });

  test('begin with the public address of the console when it has one', async () => {
    session = { publicUrl: 'https://bridge.example.com' };
    const address = await consoleAddress(url, 'key');
    const loginUrl = await loginLink(url, address, 'key');
    expect(loginUrl).toBe('https://bridge.example.com/login?token=a%2Fb');
    const text = banner({ version: '0', home: homeFolder({}), ports: portsFrom(4700), next: '', consoleUrl: address, loginUrl: loginUrl! });
    expect(text).toContain('afterwards https://bridge.example.com');
    expect(text).toContain('http://127.0.0.1:4700/api/v1');
  });

  test('begin with its own address when it has none, or does not say', async () => {
    session = {};
    expect(await consoleAddress(url, 'key')).toBe(url);
    server.close();
    server.closeAllConnections();
    expect(await consoleAddress(url, 'key')).toBe(url);
  });
});
