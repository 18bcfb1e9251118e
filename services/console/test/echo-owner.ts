import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EchoOwner {
  readonly url: string;
  close(): Promise<void>;
}

/** Stands in for a service: answers callers with one of the keys with what reached it, and refuses all others. */
export async function echoOwner(keys: readonly string[]): Promise<EchoOwner> {
  const known = keys.map((key) => `Bearer ${key}`);
  const server = createServer((request, response) => {
    const good = known.includes(request.headers.authorization ?? '');
    response.writeHead(good ? 200 : 401, { 'content-type': 'application/json', ...(good ? {} : { 'www-authenticate': 'Bearer' }) });
    response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
