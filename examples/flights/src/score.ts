import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FeatureBatch } from './pipeline.js';

export interface Scores {
  /** Probability of a late flight. */
  readonly probability: Float32Array;
  /** 1 when a late flight is predicted. */
  readonly label: Uint8Array;
}

/** One loaded model; scores thousands of flights per call on one thread. */
export class Scorer {
  private constructor(private readonly session: InferenceSession) {}

  static async load(path: string): Promise<Scorer> {
    const session = await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // The arena keeps the memory of the largest batch for ever; batches here vary from ten rows to thousands.
      enableCpuMemArena: false,
    });
    return new Scorer(session);
  }

  async score(features: FeatureBatch): Promise<Scores> {
    const rows = features.length;
    if (rows === 0) return { probability: new Float32Array(0), label: new Uint8Array(0) };
    const shape = [rows, 1];
    const answer = await this.session.run({
      distance: new Tensor('float32', features.distance, shape),
      hour: new Tensor('float32', features.hour, shape),
      weekday: new Tensor('float32', features.weekday, shape),
      origin: new Tensor('string', features.origin, shape),
      destination: new Tensor('string', features.destination, shape),
    });
    const probability = answer['probability']!.data as Float32Array;
    const label = answer['label']!.data as BigInt64Array;
    return { probability, label: Uint8Array.from(label, Number) };
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
