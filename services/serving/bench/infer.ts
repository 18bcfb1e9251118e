import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Signature } from '@drawbridge/contracts';
import { eventually, ownCluster, sandbox } from '@drawbridge/testing';
import { aTarget } from '../test/an-endpoint.js';

/**
 * Requests with 20 inputs through the production process, keys, model run and prediction events included, on a Kafka of its
 * own. The load comes from this process; what counts is the server's processor time per request, which other work on the
 * machine changes little.
 *
 *   node --enable-source-maps dist/bench/infer.js [requests] [connections …]
 */
const [requests = 20_000, ...asked] = process.argv.slice(2).map(Number);
const connections = asked.length > 0 ? asked : [1, 8, 32];
const names = Array.from({ length: 20 }, (_, i) => `feature_${i}`);
const signature: Signature = {
  inputs: names.map((name) => ({ name, datatype: 'FP32', shape: [-1, 1] })),
  outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
  prediction: { task: 'regression', value: 'score' },
};
const body = JSON.stringify({ inputs: names.map((name, i) => ({ name, datatype: 'FP32', shape: [1, 1], data: [i * 1.25] })) });

const cluster = await ownCluster();
const box = await sandbox('infer_bench', { cluster });
try {
  await Promise.all([box.migrate('registry'), box.seedAccess()]);
  await publish();
  const service = await box.startService('serving', { DRAWBRIDGE_LOG_LEVEL: 'warn' });
  await eventually('the model', async () => (await service.http(box.keys.viewer).get('/v2/models/wide/ready')).status === 200);
  await load(service.url, 8, 2000);
  for (const count of connections) {
    const before = cpuSeconds(service.pid);
    const { latencies, seconds } = await load(service.url, count, requests);
    const cpu = cpuSeconds(service.pid) - before;
    const at = (share: number): number => Number(latencies[Math.floor(latencies.length * share)]!.toFixed(3));
    const result = {
      connections: count,
      requests,
      serverMicrosecondsPerRequest: Math.round((cpu / requests) * 1e6),
      requestsPerSecond: Math.round(requests / seconds),
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
} finally {
  await box.dispose();
  await cluster.stop();
}

async function publish(): Promise<void> {
  const registry = await box.startService('registry');
  const file = readFileSync(new URL('../../test/models/wide.onnx', import.meta.url));
  const uploaded = await registry
    .http(box.keys.operator)
    .raw<{ sha256: string }>('POST', '/api/v1/artifacts', file, { headers: { 'content-type': 'application/octet-stream' } });
  const { sha256 } = uploaded.body;
  const target = { ...aTarget(), signature, artifact: { uri: `/api/v1/artifacts/${sha256}`, sha256, bytes: file.length, format: 'onnx' } };
  await box.publish(
    'endpoint.state',
    { endpointId: 'e-1', endpoint: 'bench', environment: 'bench', modelId: 'm-1', model: 'wide', targets: [target] },
    { key: 'e-1', sequence: 1, source: '/drawbridge/test/deployment/endpoints/e-1' },
  );
}

/** Sends `total` requests over so many kept-alive connections, each waiting for its answer. Latencies come sorted. */
async function load(url: string, count: number, total: number): Promise<{ latencies: number[]; seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const latencies: number[] = [];
  const begun = performance.now();
  let left = total;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sent = performance.now();
      await post(agent, `${url}/v2/models/wide/infer`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  agent.destroy();
  return { latencies: latencies.toSorted((a, b) => a - b), seconds: (performance.now() - begun) / 1000 };
}

function post(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length, authorization: `Bearer ${box.keys.producer}` };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume();
      response.once('end', resolve);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** User and system time of a process so far, all threads. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
