import { crc32c } from '@node-rs/crc32';

/** CRC-32C of a stretch of bytes. */
export type Checksum = (bytes: Buffer, from: number, to: number) => number;

/** By the processor's own instruction; a table in JavaScript would cost more than all the rest of the decoding. */
export const castagnoli: Checksum = (bytes, from, to) => crc32c(bytes.subarray(from, to));
