import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cli } from './cli-user.js';

/** ONNX, opset 13, one node: score = Sigmoid(x), float [n, 1] to float [n, 1]. */
export const onnx = Buffer.from(
  'CAgSCmRyYXdicmlkZ2U6VQocCgF4EgVzY29yZRoHc2lnbW9pZCIHU2lnbW9pZBIFY2hlY2taFAoBeBIPCg0IARIJCgMSAW4KAggBYhgKBXNjb3JlEg8KDQgBEgkKAxIBbgoCCAFCBAoAEA0=',
  'base64',
);
const signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
  outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
  prediction: { task: 'regression', value: 'score' },
};

/** What the feature was in training. */
export const values = Array.from({ length: 500 }, (_, i) => Math.sin(i) * 3);
const baseline = { features: [{ name: 'x', kind: 'numeric' }], columns: { x: values } };

/** Paths of the files that a registration takes, by their flags. */
export interface ModelFiles {
  readonly model: readonly string[];
  /** Everything that the production policy asks for. */
  readonly evidence: readonly string[];
}

export async function writeModelFiles(cli: Cli): Promise<ModelFiles> {
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(cli.home, name);
    await writeFile(path, content);
    return path;
  };
  const model = await write('model.onnx', onnx);
  const signatureFile = await write('signature.json', JSON.stringify(signature));
  const baselineFile = await write('baseline.json', JSON.stringify(baseline));
  const details = await write('details.yaml', 'datasets:\n  - name: loans\n    digest: sha256:9c\n    role: training\n');
  return {
    model: ['--artifact', model, '--signature', signatureFile],
    evidence: ['--baseline', baselineFile, '--from', details, '--metric', 'auc=0.8', '--param', 'trees=3', '--commit', 'a'.repeat(40)],
  };
}

/** A state file as the start command writes it, for a stack whose console is at this address. */
export async function writeStack(cli: Cli, console: string, serving: string): Promise<{ secretsFile: string }> {
  const state = {
    status: 'running',
    portBase: 1,
    supervisor: { pid: process.pid },
    urls: { console, serving },
    logs: cli.home,
    secretsFile: join(cli.home, 'secrets.json'),
  };
  await mkdir(join(cli.home, '.drawbridge'));
  await writeFile(join(cli.home, '.drawbridge', 'stack.json'), JSON.stringify(state));
  return state;
}
