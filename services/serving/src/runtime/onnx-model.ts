import type { Signature, TensorSpec } from '@drawbridge/contracts';
import type { Datatype, Tensor, TensorData } from '@drawbridge/inference';
import * as ort from 'onnxruntime-node';

/** A model in memory. `release` must not be called while `run` is under way. */
export interface LoadedModel {
  /** `inputs` in the order of the signature; answers the outputs of the signature in their order. */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  release(): Promise<void>;
}

/** The file cannot be served under its signature; the message names the tensor. */
export class ModelUnusable extends Error {}

const DATATYPES: Readonly<Record<string, Datatype>> = {
  float32: 'FP32',
  float64: 'FP64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  bool: 'BOOL',
  string: 'BYTES',
};
const ORT_TYPES = new Map(Object.entries(DATATYPES).map(([type, datatype]) => [datatype, type as ort.Tensor.Type]));

/** One thread per call: requests are the parallelism, and results stay the same on every machine. */
const SESSION: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/** Loads a model from its bytes; throws ModelUnusable when bytes and signature do not belong together. */
export async function loadOnnx(content: Buffer, signature: Signature): Promise<LoadedModel> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(content, SESSION);
  } catch (error) {
    throw new ModelUnusable(`the runtime refuses the file: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  try {
    const feed = feederOf(session, signature);
    for (const output of signature.outputs) checkTensor('output', output, metadataOf(session.outputMetadata, output.name));
    return new OnnxModel(session, feed, signature.outputs);
  } catch (error) {
    await session.release();
    throw error;
  }
}

type Feeder = (inputs: readonly Tensor[]) => Record<string, ort.Tensor>;

class OnnxModel implements LoadedModel {
  private readonly fetches: string[];

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly feed: Feeder,
    private readonly outputs: readonly TensorSpec[],
  ) {
    this.fetches = outputs.map((output) => output.name);
  }

  async run(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const results = await this.session.run(this.feed(inputs), this.fetches);
    return this.outputs.map(({ name, datatype }) => {
      const result = results[name]!;
      return { name, datatype, shape: result.dims, data: result.data as TensorData };
    });
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** Inputs by their own names, or as columns of the one matrix that the model takes. */
function feederOf(session: ort.InferenceSession, signature: Signature): Feeder {
  const { inputNames } = session;
  const packed = inputNames.length === 1 && !signature.inputs.some((input) => input.name === inputNames[0]);
  if (packed) return packingFeeder(metadataOf(session.inputMetadata, inputNames[0]!)!, signature.inputs);
  const shapes = signature.inputs.map((input) => {
    const found = metadataOf(session.inputMetadata, input.name);
    checkTensor('input', input, found);
    return { name: input.name, rank: found!.shape.length };
  });
  const missing = inputNames.find((name) => !signature.inputs.some((input) => input.name === name));
  if (missing !== undefined) throw new ModelUnusable(`the model needs the input ${missing}, which the signature does not have`);
  return (inputs) => {
    const feeds: Record<string, ort.Tensor> = {};
    inputs.forEach((tensor, index) => {
      const { name, rank } = shapes[index]!;
      feeds[name] = ortTensor(tensor.datatype, tensor.data, fitRank(tensor.shape, rank));
    });
    return feeds;
  };
}

function packingFeeder(matrix: TensorMetadata, columns: readonly TensorSpec[]): Feeder {
  const datatype = DATATYPES[matrix.type] ?? matrix.type;
  const odd = columns.find((column) => column.datatype !== datatype || column.shape.slice(1).some((size) => size !== 1));
  if (odd !== undefined) throw new ModelUnusable(`input ${odd.name} cannot be a column of ${matrix.name}, a matrix of ${datatype}`);
  const width = matrix.shape.at(-1);
  if (matrix.shape.length !== 2 || (typeof width === 'number' && width >= 0 && width !== columns.length)) {
    throw new ModelUnusable(`the model takes ${matrix.name} [${matrix.shape.join(', ')}], the signature has ${columns.length} columns`);
  }
  const allocate = datatype === 'FP64' ? (n: number) => new Float64Array(n) : (n: number) => new Float32Array(n);
  if (datatype !== 'FP32' && datatype !== 'FP64') throw new ModelUnusable(`a matrix of ${datatype} cannot be put together from columns`);
  return (inputs) => {
    const rows = inputs[0]?.data.length ?? 0;
    const data = allocate(rows * inputs.length);
    inputs.forEach((tensor, column) => {
      for (let row = 0; row < rows; row += 1) data[row * inputs.length + column] = Number(tensor.data[row]);
    });
    return { [matrix.name]: ortTensor(datatype, data, [rows, inputs.length]) };
  };
}

interface TensorMetadata {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

function metadataOf(all: readonly ort.InferenceSession.ValueMetadata[], name: string): TensorMetadata | undefined {
  const found = all.find((each) => each.name === name);
  if (found === undefined) return undefined;
  if (!found.isTensor) throw new ModelUnusable(`${name} is no tensor; export the model without ZipMap (zipmap=False)`);
  return found;
}

function checkTensor(role: 'input' | 'output', spec: TensorSpec, found: TensorMetadata | undefined): void {
  if (found === undefined) throw new ModelUnusable(`the model has no ${role} ${spec.name}`);
  const datatype = DATATYPES[found.type];
  if (datatype !== spec.datatype)
    throw new ModelUnusable(`${role} ${spec.name} is ${datatype ?? found.type} in the model, ${spec.datatype} in the signature`);
}

function ortTensor(datatype: Datatype, data: TensorData, dims: readonly number[]): ort.Tensor {
  const type = ORT_TYPES.get(datatype);
  if (type === undefined) throw new ModelUnusable(`${datatype} is not supported`);
  return new ort.Tensor(type, data as never, dims);
}

/** A column sent as [n] is [n, 1] for a model that wants a matrix, and the other way round. */
function fitRank(shape: readonly number[], rank: number): readonly number[] {
  if (shape.length === rank) return shape;
  if (shape.length === 1 && rank === 2) return [shape[0]!, 1];
  if (shape.length === 2 && rank === 1 && shape[1] === 1) return [shape[0]!];
  return shape;
}
