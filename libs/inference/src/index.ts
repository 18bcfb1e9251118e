export type {
  Datatype,
  FieldError,
  InferRequest,
  ModelSignature,
  Parameters,
  Parsed,
  Tensor,
  TensorData,
  TensorSpec,
  WireModelMetadata,
  WireResponse,
  WireTensor,
} from './types.js';
export { elements, isDatatype } from './datatype.js';
export { type InferLimits, readInferRequest } from './request.js';
export { type InferAnswer, modelMetadata, writeInferResponse, writeTensor } from './response.js';
