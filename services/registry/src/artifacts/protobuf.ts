/** One field of a protobuf message: its number and either a number or a slice of the buffer. */
export type ProtoField =
  | { readonly number: number; readonly kind: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'bytes'; readonly value: Buffer }
  | { readonly number: number; readonly kind: 'fixed' };

/** The bytes are not a protobuf message. */
export class ProtoError extends Error {}

/** Walks the fields of a message in place; throws ProtoError where the bytes stop making sense. */
export function* protoFields(message: Buffer): Generator<ProtoField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at];
      if (byte === undefined) break;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtoError(`no number at byte ${at}`);
  };
  const skip = (bytes: number): number => {
    const from = at;
    at += bytes;
    if (at > message.length) throw new ProtoError(`a field at byte ${from} ends beyond the message`);
    return from;
  };
  while (at < message.length) {
    const key = Number(varint() & 0xffffffffn);
    const number = key >>> 3;
    if (number === 0) throw new ProtoError(`field number 0 at byte ${at}`);
    switch (key & 7) {
      case 0:
        yield { number, kind: 'varint', value: varint() };
        break;
      case 1:
        skip(8);
        yield { number, kind: 'fixed' };
        break;
      case 2: {
        const length = Number(varint());
        const from = skip(length);
        yield { number, kind: 'bytes', value: message.subarray(from, from + length) };
        break;
      }
      case 5:
        skip(4);
        yield { number, kind: 'fixed' };
        break;
      default:
        throw new ProtoError(`unknown wire type at byte ${at}`);
    }
  }
}
