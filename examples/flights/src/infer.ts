import { newTraceparent } from './messages.js';

export interface InferRequest {
  readonly predictionId: string;
  readonly version: string;
  /** Event time, milliseconds since 1970. */
  readonly time: number;
  readonly features: { distance: number; hour: number; weekday: number; origin: string; destination: string };
}

export interface InferAnswer {
  readonly predictionId: string;
  readonly version: string;
  readonly traceId: string;
  readonly probability: number;
  readonly label: number;
}

export interface InferOptions {
  /** Address of the serving endpoint, e.g. http://127.0.0.1:4705 */
  readonly serving: string;
  /** An API key whose role may set the event time. */
  readonly token: string;
  readonly model: string;
  /** Whose model it is. Default `default`. */
  readonly project?: string;
  /** Requests under way at once. Default 8. */
  readonly concurrency?: number;
}

interface Tensor {
  readonly name: string;
  readonly data: readonly number[];
}

/** The version does not serve any more, or not yet: its share of the traffic belongs to another one now. */
export class VersionNotServed extends Error {
  constructor(readonly version: string) {
    super(`version ${version} is not served`);
    this.name = 'VersionNotServed';
  }
}

/** Asks the model server over the Open Inference Protocol (v2, JSON), one traced request per flight. */
export class InferClient {
  constructor(private readonly options: InferOptions) {}

  /**
   * Sends all requests, at most `concurrency` at a time, and throws on the first answer that is not a success. A request whose
   * version has been taken back meanwhile goes to what `instead` makes of it.
   */
  async send(requests: readonly InferRequest[], instead?: (index: number) => InferRequest): Promise<InferAnswer[]> {
    const answers: InferAnswer[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < requests.length) {
        const index = next++;
        answers.push(await this.ask(requests[index]!).catch((error: unknown) => this.again(error, instead?.(index))));
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.options.concurrency ?? 8, requests.length) }, worker));
    return answers;
  }

  private again(error: unknown, other: InferRequest | undefined): Promise<InferAnswer> {
    if (!(error instanceof VersionNotServed) || other === undefined) throw error;
    return this.ask(other);
  }

  private async ask(request: InferRequest): Promise<InferAnswer> {
    const { serving, token, model, project = 'default' } = this.options;
    const { traceparent, traceId } = newTraceparent();
    const url = `${serving}/v2/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(request.version)}/infer`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-drawbridge-project': project, traceparent },
      body: JSON.stringify(inferBody(request)),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (response.status === 404 && text.includes('DBR-VERSION-NOT-SERVED')) throw new VersionNotServed(request.version);
    if (!response.ok) throw new Error(`POST ${url} answered ${response.status}: ${text.slice(0, 500)}`);
    const outputs = (JSON.parse(text) as { outputs: Tensor[] }).outputs;
    return {
      predictionId: request.predictionId,
      version: request.version,
      traceId,
      probability: valueOf(outputs, 'probability'),
      label: valueOf(outputs, 'label'),
    };
  }
}

/** One row in the words of the protocol. */
export function inferBody({ predictionId, time, features }: InferRequest): object {
  const number = (name: 'distance' | 'hour' | 'weekday') => ({ name, datatype: 'FP32', shape: [1, 1], data: [features[name]] });
  const text = (name: 'origin' | 'destination') => ({ name, datatype: 'BYTES', shape: [1, 1], data: [features[name]] });
  return {
    id: predictionId,
    parameters: { prediction_id: predictionId, event_time: new Date(time).toISOString() },
    inputs: [number('distance'), number('hour'), number('weekday'), text('origin'), text('destination')],
  };
}

function valueOf(outputs: readonly Tensor[], name: string): number {
  const value = outputs.find((output) => output.name === name)?.data[0];
  if (value === undefined) throw new Error(`the answer has no output ${name}`);
  return Number(value);
}
