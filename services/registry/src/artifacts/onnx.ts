import { ProtoError, type ProtoField, protoFields } from './protobuf.js';

/** The content is no ONNX model that this platform serves; the message says why and what to do. */
export class ArtifactRefused extends Error {
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

export interface OnnxSummary {
  readonly irVersion: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: number;
}

/** Formats that run code when they are opened, or that hide what is in them: known by their first bytes. */
const REFUSED: readonly { readonly name: string; matches(head: Buffer): boolean }[] = [
  { name: 'a Python pickle', matches: (head) => head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5 },
  { name: 'a Python pickle', matches: (head) => /^(\(dp|\(lp|c[\w.]+\n|\]q|\}q)/.test(head.toString('latin1', 0, 40)) },
  { name: 'a joblib file', matches: (head) => head.subarray(0, 2).toString('latin1') === 'ZF' },
  { name: 'a zip archive', matches: (head) => head.subarray(0, 2).toString('latin1') === 'PK' },
  {
    name: 'a compressed file',
    matches: (head) => ['1f8b', '425a', '789c', '78da', '7801', 'fd37', '2893', '28b5'].includes(head.toString('hex', 0, 2)),
  },
  { name: 'an HDF5 file', matches: (head) => head.toString('latin1', 1, 4) === 'HDF' },
  { name: 'a NumPy file', matches: (head) => head.toString('latin1', 1, 6) === 'NUMPY' },
  { name: 'a tar archive', matches: (head) => head.toString('latin1', 257, 262) === 'ustar' },
  { name: 'a program', matches: (head) => head.toString('latin1', 0, 4) === '\x7fELF' || head.toString('latin1', 0, 2) === 'MZ' },
  { name: 'a script', matches: (head) => head.toString('latin1', 0, 2) === '#!' },
];

/** Operators that the runtime brings along. */
const OPERATOR_DOMAINS: ReadonlySet<string> = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.training',
  'ai.onnx.preview.training',
  'com.microsoft',
  'com.microsoft.nchwc',
]);

const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, trainingInfo: 20, functions: 25 } as const;
const MODEL_FIELDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26]);
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparseTensor: 22, sparseTensors: 23 } as const;
const TENSOR = { externalData: 13, dataLocation: 14 } as const;
const FUNCTION = { node: 7, domain: 10 } as const;
const EXTERNAL = 1n;
const MAX_DEPTH = 16;
const MAX_NODES = 1_000_000;

/**
 * Looks at a model without running it: pickles, archives and programs are refused by content, and so are weights kept
 * outside the file, operators the runtime does not have, and graphs nested or grown beyond reason.
 */
export function inspectOnnx(content: Buffer): OnnxSummary {
  const head = content.subarray(0, 512);
  const known = REFUSED.find((format) => format.matches(head));
  if (known !== undefined) {
    throw new ArtifactRefused(
      `The content is ${known.name}, not an ONNX model.`,
      'Export the model to ONNX (skl2onnx, torch.onnx, tf2onnx) and upload that file.',
    );
  }
  try {
    return readModel(content);
  } catch (error) {
    if (!(error instanceof ProtoError)) throw error;
    throw new ArtifactRefused(
      `The content is not an ONNX model: ${error.message}.`,
      'Upload the .onnx file itself, uncompressed and complete.',
    );
  }
}

function readModel(content: Buffer): OnnxSummary {
  let irVersion = 0;
  let summary: Omit<OnnxSummary, 'irVersion'> | undefined;
  const domains: string[] = [];
  const ownDomains = new Set<string>();
  for (const field of protoFields(content)) {
    if (!MODEL_FIELDS.has(field.number)) throw new ProtoError(`a model has no field ${field.number}`);
    if (field.number === MODEL.irVersion && field.kind === 'varint') irVersion = Number(field.value);
    if (field.kind !== 'bytes') continue;
    if (field.number === MODEL.graph) summary = readGraph(field.value, 0);
    else if (field.number === MODEL.opsetImport) domains.push(textOf(field.value, 1));
    else if (field.number === MODEL.functions) ownDomains.add(readFunction(field.value));
    else if (field.number === MODEL.trainingInfo)
      for (const inner of protoFields(field.value)) if (inner.kind === 'bytes' && inner.number <= 2) readGraph(inner.value, 0);
  }
  if (irVersion < 1 || summary === undefined || domains.length === 0) throw new ProtoError('it has no version, graph or operator set');
  const strange = domains.find((domain) => !OPERATOR_DOMAINS.has(domain) && !ownDomains.has(domain));
  if (strange !== undefined) {
    throw new ArtifactRefused(
      `The model needs operators of "${strange}", which the runtime does not have.`,
      'Export with standard operators only.',
    );
  }
  return { irVersion, ...summary };
}

function readGraph(graph: Buffer, depth: number): { inputs: string[]; outputs: string[]; nodes: number } {
  if (depth > MAX_DEPTH) throw new ArtifactRefused(`The model's graphs are nested more than ${MAX_DEPTH} deep.`, 'Export a flatter model.');
  const inputs: string[] = [];
  const outputs: string[] = [];
  const initialized = new Set<string>();
  let nodes = 0;
  for (const field of protoFields(graph)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === GRAPH.node) nodes += readNode(field.value, depth);
    else if (field.number === GRAPH.initializer) {
      checkTensor(field.value);
      initialized.add(textOf(field.value, 8));
    } else if (field.number === GRAPH.sparseInitializer) checkSparse(field.value);
    else if (field.number === GRAPH.input) inputs.push(textOf(field.value, 1));
    else if (field.number === GRAPH.output) outputs.push(textOf(field.value, 1));
    if (nodes > MAX_NODES) throw new ArtifactRefused(`The model has more than ${MAX_NODES} nodes.`, 'Export a smaller model.');
  }
  return { inputs: inputs.filter((name) => !initialized.has(name)), outputs, nodes };
}

/** Nodes in it, those of the graphs in its attributes included. */
function readNode(node: Buffer, depth: number): number {
  let nodes = 1;
  for (const field of protoFields(node)) {
    if (field.number !== NODE_ATTRIBUTE || field.kind !== 'bytes') continue;
    for (const part of protoFields(field.value)) nodes += readAttributePart(part, depth);
  }
  return nodes;
}

function readAttributePart(part: ProtoField, depth: number): number {
  if (part.kind !== 'bytes') return 0;
  if (part.number === ATTRIBUTE.tensor || part.number === ATTRIBUTE.tensors) checkTensor(part.value);
  else if (part.number === ATTRIBUTE.sparseTensor || part.number === ATTRIBUTE.sparseTensors) checkSparse(part.value);
  else if (part.number === ATTRIBUTE.graph || part.number === ATTRIBUTE.graphs) return readGraph(part.value, depth + 1).nodes;
  return 0;
}

/** The domain that the function defines. */
function readFunction(definition: Buffer): string {
  for (const field of protoFields(definition)) {
    if (field.number === FUNCTION.node && field.kind === 'bytes') readNode(field.value, 0);
  }
  return textOf(definition, FUNCTION.domain);
}

function checkSparse(sparse: Buffer): void {
  for (const field of protoFields(sparse)) {
    if (field.kind === 'bytes' && field.number <= 2) checkTensor(field.value);
  }
}

function checkTensor(tensor: Buffer): void {
  for (const field of protoFields(tensor)) {
    const external =
      field.number === TENSOR.externalData || (field.number === TENSOR.dataLocation && field.kind === 'varint' && field.value === EXTERNAL);
    if (external) {
      throw new ArtifactRefused(
        'The model keeps weights in another file (external data).',
        'Save the model as one file, e.g. onnx.save(model, path, save_as_external_data=False).',
      );
    }
  }
}

/** The text in a field of a message, empty when it is absent. */
function textOf(message: Buffer, number: number): string {
  for (const field of protoFields(message)) {
    if (field.number === number && field.kind === 'bytes') return field.value.toString('utf8');
  }
  return '';
}
