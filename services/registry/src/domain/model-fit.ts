import type { Signature, Violation } from '@drawbridge/contracts';

/** Names of the tensors that a model file has. */
export interface ModelTensors {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Does the signature describe this file? Its inputs are the model's inputs, or, for a model with one matrix as input,
 * the columns of that matrix. Its outputs are some of the model's.
 */
export function modelFitProblems(signature: Signature, tensors: ModelTensors): Violation[] {
  const found: Violation[] = [];
  const named = signature.inputs.filter((input) => tensors.inputs.includes(input.name)).length;
  const isMatrixOfColumns = named === 0 && tensors.inputs.length === 1;
  if (!isMatrixOfColumns) {
    signature.inputs.forEach((input, index) => {
      if (tensors.inputs.includes(input.name)) return;
      found.push({
        field: `signature.inputs.${index}.name`,
        message: `the model has no input ${input.name}; it has ${list(tensors.inputs)}`,
      });
    });
    const missing = tensors.inputs.filter((name) => !signature.inputs.some((input) => input.name === name));
    if (missing.length > 0) found.push({ field: 'signature.inputs', message: `must also name the model's inputs ${list(missing)}` });
  }
  signature.outputs.forEach((output, index) => {
    if (tensors.outputs.includes(output.name)) return;
    found.push({
      field: `signature.outputs.${index}.name`,
      message: `the model has no output ${output.name}; it has ${list(tensors.outputs)}`,
    });
  });
  return found;
}

function list(names: readonly string[]): string {
  return names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`;
}
