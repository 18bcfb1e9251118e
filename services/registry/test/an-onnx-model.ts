/** Small ONNX files, byte by byte, so that tests need no other tool. */

/** A protobuf field with bytes. */
export function field(number: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

export function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

export function message(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts);
}

export const identityNode = message(field(1, 'x'), field(2, 'y'), field(4, 'Identity'));

export function opset(domain = ''): Buffer {
  return field(8, message(domain === '' ? Buffer.alloc(0) : field(1, domain), numberField(2, 18)));
}

/** A graph with the input x, the output y and one node between them. */
export function aGraph(...more: readonly Buffer[]): Buffer {
  return message(field(1, identityNode), field(11, field(1, 'x')), field(12, field(1, 'y')), ...more);
}

/** A whole model file; `note` makes its content, and so its digest, another one. */
export function anOnnxModel(options: { graph?: Buffer; note?: string; more?: readonly Buffer[] } = {}): Buffer {
  const { graph = aGraph(), note, more = [] } = options;
  return message(numberField(1, 9), field(7, graph), opset(), ...(note === undefined ? [] : [field(6, note)]), ...more);
}
