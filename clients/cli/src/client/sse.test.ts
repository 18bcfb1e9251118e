import { expect, test } from '@jest/globals';
import { type SseMessage, sseMessages } from './sse.js';

async function read(...chunks: string[]): Promise<SseMessage[]> {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const found: SseMessage[] = [];
  for await (const message of sseMessages(new Blob(bytes).stream() as ReadableStream<Uint8Array>)) found.push(message);
  return found;
}

test('messages with id, name and several lines', async () => {
  const stream = 'retry: 1000\n\n: still here\n\nid: 7\nevent: event\ndata: {"a":\ndata: 1}\n\nid: 8\ndata:x\n\n';
  expect(await read(stream)).toEqual([
    { event: 'event', id: '7', data: '{"a":\n1}' },
    { event: 'message', id: '8', data: 'x' },
  ]);
});

test('any line break, and a last message only when it is whole', async () => {
  expect(await read('data: a\r\n\r\ndata: b\n\ndata: half')).toEqual([
    { event: 'message', data: 'a' },
    { event: 'message', data: 'b' },
  ]);
});

test('a stream that breaks inside a line or a character', async () => {
  const bytes = new TextEncoder().encode('event: event\ndata: "größe"\n\n');
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const found: SseMessage[] = [];
  for await (const message of sseMessages(stream)) found.push(message);
  expect(found).toEqual([{ event: 'event', data: '"größe"' }]);
});
