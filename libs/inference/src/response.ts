import type { ModelSignature, Tensor, WireModelMetadata, WireResponse, WireTensor } from './types.js';

export interface InferAnswer {
  readonly modelName: string;
  readonly modelVersion?: string;
  /** Echo of the request's id, or one the server made. */
  readonly id: string;
  readonly outputs: readonly Tensor[];
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
}

/** JSON body of an infer response. Throws a RangeError when an output holds what JSON cannot carry. */
export function writeInferResponse(answer: InferAnswer, wanted?: readonly string[]): WireResponse {
  const outputs = wanted ? answer.outputs.filter((tensor) => wanted.includes(tensor.name)) : answer.outputs;
  return {
    model_name: answer.modelName,
    ...(answer.modelVersion !== undefined && { model_version: answer.modelVersion }),
    id: answer.id,
    ...(answer.parameters && { parameters: answer.parameters }),
    outputs: outputs.map(writeTensor),
  };
}

/** A tensor in its JSON form, data flat in row-major order. */
export function writeTensor({ name, datatype, shape, data }: Tensor): WireTensor {
  if (datatype === 'FP16') throw new RangeError(`output ${name}: FP16 has no JSON form`);
  const values: (number | boolean | string)[] = [];
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i]!;
    if (typeof value === 'bigint') values.push(safe(value, name));
    else if (datatype === 'BOOL') values.push(value === 1);
    else if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new RangeError(`output ${name}: the model answered ${value} at index ${i}`);
    } else values.push(value);
  }
  return { name, datatype, shape, data: values };
}

function safe(value: bigint, name: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`output ${name}: ${value} does not fit a JSON number exactly`);
  return number;
}

/** Answer of `GET /v2/models/{name}`. */
export function modelMetadata(name: string, signature: ModelSignature, platform: string, versions?: readonly string[]): WireModelMetadata {
  const { inputs, outputs } = signature;
  return { name, ...(versions && { versions }), platform, inputs, outputs };
}
