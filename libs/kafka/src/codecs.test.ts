import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { unpackGzip } from './codecs.js';

const failing = (error: Error) => (): Promise<Buffer> => Promise.reject(error);
const zlibError = (code: string): Error => Object.assign(new Error(`zlib says ${code}`), { code });

test('what gzip packed is unpacked', async () => {
  expect(await unpackGzip(gzipSync('a text'))).toEqual(Buffer.from('a text'));
});

test('bytes that are no gzip, or not all of it, are the fault of the batch, which is told with the codec and its words', async () => {
  expect(await unpackGzip(Buffer.from('plain'))).toBe('the batch cannot be decompressed by gzip: incorrect header check');
  expect(await unpackGzip(gzipSync('a text').subarray(0, 15))).toBe('the batch cannot be decompressed by gzip: unexpected end of file');
});

test.each([
  ['memory that ran out', zlibError('Z_MEM_ERROR')],
  ['memory that cannot be had', new RangeError('Array buffer allocation failed')],
  ['a bug', new TypeError('undefined is not a function')],
])('%s is no fault of the batch: it is thrown with its cause, and the batch comes again', async (_, cause) => {
  await expect(unpackGzip(gzipSync('a text'), failing(cause))).rejects.toMatchObject({
    message: 'a batch could not be decompressed by gzip',
    cause,
  });
});
