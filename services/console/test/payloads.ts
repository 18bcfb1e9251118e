import type { HttpAnswer, HttpClient } from '@drawbridge/testing';
import type { Problem, TakenPayloadsView } from '@drawbridge/contracts';

const type = 'org.kubeflow.serving.inference';

/** Sends one half of an exchange as KServe's logger does. */
export function sendHalf(
  client: HttpClient,
  half: 'request' | 'response',
  id: string,
  body: unknown,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer<TakenPayloadsView & Problem>> {
  return client.post<TakenPayloadsView & Problem>(`/ingest/cloudevents${query}`, body, {
    headers: {
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-type': `${type}.${half}`,
      'ce-source': 'http://localhost:9081/',
      'ce-time': new Date().toISOString(),
      'ce-inferenceservicename': 'churn',
      'ce-namespace': 'shop',
      'ce-component': 'predictor',
      ...headers,
    },
  });
}

export function aStructuredHalf(half: 'request' | 'response', id: string, data: unknown): object {
  return { specversion: '1.0', id, type: `${type}.${half}`, source: '/elsewhere', time: new Date().toISOString(), data };
}
