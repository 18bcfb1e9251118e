/** Element types of the Open Inference Protocol v2. FP16 has no JSON form. */
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

/** What a model expects of one tensor; -1 is a dimension that the caller chooses. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

export interface ModelSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Values in row-major order. BOOL is 0 or 1; FP16 keeps its raw bits; BYTES are strings. */
export type TensorData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | string[];

export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** A request that passed every check: each input of the signature once, in the order of the signature. */
export interface InferRequest {
  readonly id?: string;
  readonly parameters?: Parameters;
  readonly inputs: readonly Tensor[];
  /** Names of the outputs asked for; absent means all. */
  readonly outputs?: readonly string[];
  /** Rows of the batch: the first dimension where the signature leaves it open, else 1. */
  readonly rows: number;
}

/** One reason to refuse a request, at the place a person would look for it, e.g. `inputs.hour.data[3]`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Wire form of one tensor in JSON. */
export interface WireTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly parameters?: Parameters;
  readonly data: readonly (number | boolean | string)[];
}

export interface WireResponse {
  readonly model_name: string;
  readonly model_version?: string;
  readonly id: string;
  readonly parameters?: Parameters;
  readonly outputs: readonly WireTensor[];
}

export interface WireModelMetadata {
  readonly name: string;
  readonly versions?: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}
