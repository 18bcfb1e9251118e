import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { ModelView, Problem, RegisterVersion, VersionView } from '@drawbridge/contracts';
import { type HttpAnswer, type HttpClient, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { anOnnxModel } from './an-onnx-model.js';

/** Signature of `anOnnxModel()`. */
export const signature: RegisterVersion['signature'] = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
  prediction: { task: 'regression', value: 'y' },
};

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function problem(answer: HttpAnswer): Problem {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  return answer.body as Problem;
}

/** A registry of its own in a sandbox, seen through the key of an operator. */
export class ARegistry {
  private constructor(
    readonly box: Sandbox,
    readonly child: RunningChild,
    readonly operator: HttpClient,
  ) {}

  static async start(name: string): Promise<ARegistry> {
    const box = await sandbox(name);
    await Promise.all([box.migrate('registry'), box.seedAccess()]);
    const child = await box.startService('registry', { DRAWBRIDGE_REGISTRY_ARTIFACT_LIMIT_BYTES: '1000000' });
    return new ARegistry(box, child, child.http(box.keys.operator));
  }

  upload<T = { sha256: string; bytes: number; format: string; uri: string }>(
    bytes: Buffer | string,
    headers: Record<string, string> = {},
    client: HttpClient = this.operator,
  ): Promise<HttpAnswer<T>> {
    return client.raw<T>('POST', '/api/v1/artifacts', bytes, { headers: { 'content-type': 'application/octet-stream', ...headers } });
  }

  async aRegistration(note: string, change: Partial<RegisterVersion> = {}): Promise<RegisterVersion> {
    const { sha256 } = (await this.upload(anOnnxModel({ note }))).body;
    return { artifact: { sha256, format: 'onnx' }, signature, ...change };
  }

  async aModel(name: string): Promise<ModelView> {
    const answer = await this.operator.post<ModelView>('/api/v1/models', { name });
    expect(answer.status).toBe(201);
    return answer.body;
  }

  async aVersion(model: string, change: Partial<RegisterVersion> = {}): Promise<VersionView> {
    const answer = await this.operator.post<VersionView>(`/api/v1/models/${model}/versions`, await this.aRegistration(model, change));
    expect(answer.status).toBe(201);
    return answer.body;
  }
}
