import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Pipeline } from './pipeline.js';

export const MODEL_NAME = 'flights';

/** What registering one version takes, read from the report that the training script wrote. */
export interface FlightModel {
  readonly version: string;
  readonly why: string;
  /** Path of the ONNX file. */
  readonly onnx: string;
  readonly sha256: string;
  /** How the client that was written for this version builds its features. */
  readonly pipeline: Pipeline;
  readonly signature: typeof SIGNATURE;
  /** Measured on flights that this training run had not seen. */
  readonly holdout: HoldoutPerformance;
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly datasets: readonly { readonly name: string; readonly digest: string; readonly rows: number; readonly role: string }[];
}

export type HoldoutPerformance = Readonly<
  Record<'rows' | 'positives' | 'accuracy' | 'auc' | 'brier' | 'logLoss' | 'calibrationError' | 'positiveRate' | 'meanScore', number>
>;

/** In the words of the Open Inference Protocol. */
export const SIGNATURE = {
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [-1, 1] },
    { name: 'hour', datatype: 'FP32', shape: [-1, 1] },
    { name: 'weekday', datatype: 'FP32', shape: [-1, 1] },
    { name: 'origin', datatype: 'BYTES', shape: [-1, 1] },
    { name: 'destination', datatype: 'BYTES', shape: [-1, 1] },
  ],
  outputs: [
    { name: 'label', datatype: 'INT64', shape: [-1] },
    { name: 'probability', datatype: 'FP32', shape: [-1] },
  ],
  prediction: { task: 'binary', value: 'label', score: 'probability', threshold: 0.5 },
} as const;

interface Report {
  data: { files: Record<string, { sha256: string }>; trainingRows: number };
  training: { algorithm: string; holdout: string; label: string; population: string };
  libraries: Record<string, string>;
  versions: {
    version: string;
    seed: number;
    trees: number;
    why: string;
    file: string;
    sha256: string;
    holdout: HoldoutPerformance;
  }[];
}

const PIPELINES: Readonly<Record<string, Pipeline>> = { '2': 'utc-hour' };

/** All versions of the report, by version. */
export async function flightModels(): Promise<Record<string, FlightModel>> {
  const report = JSON.parse(await readFile(assetPath('report.json'), 'utf8')) as Report;
  return Object.fromEntries(report.versions.map((entry) => [entry.version, modelOf(report, entry)]));
}

function modelOf(report: Report, entry: Report['versions'][number]): FlightModel {
  const { rows, auc, accuracy, brier, logLoss } = entry.holdout;
  return {
    version: entry.version,
    why: entry.why,
    onnx: assetPath(entry.file),
    sha256: entry.sha256,
    pipeline: PIPELINES[entry.version] ?? 'local-hour',
    signature: SIGNATURE,
    holdout: entry.holdout,
    metrics: { auc, accuracy, brier, logLoss, holdoutRows: rows },
    parameters: {
      algorithm: report.training.algorithm,
      trees: String(entry.trees),
      seed: String(entry.seed),
      label: report.training.label,
      population: report.training.population,
      holdout: report.training.holdout,
      'scikit-learn': report.libraries['scikit-learn']!,
    },
    datasets: Object.entries(report.data.files).map(([name, { sha256 }]) => ({
      name: `vega-datasets/${name}`,
      digest: `sha256:${sha256}`,
      rows: report.data.trainingRows,
      role: 'training',
    })),
  };
}

/** Path of a committed file of this example, from the sources as well as from the build output. */
export function assetPath(name: string): string {
  const here = fileURLToPath(import.meta.url);
  const root = here.slice(0, here.lastIndexOf(here.includes('/dist/src/') ? '/dist/src/' : '/src/'));
  return `${root}/${name}`;
}
