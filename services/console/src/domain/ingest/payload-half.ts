import type { PredictionLogged } from '@drawbridge/contracts';
import { at, required, type ReceivedEvent, textsOf } from './cloud-event.js';
import { type IngestMessage, messageOf, textFault, timeFault } from './event-check.js';
import { fault, IngestFault } from './fault.js';
import { type Features, readRequest } from './inference-request.js';
import { type Output, readResponse } from './inference-response.js';

export type Half = 'request' | 'response';

/** What tells one exchange from all others; both of its halves have it. */
export interface ExchangeKey {
  readonly project: string;
  /** Where ids mean something: the inference service and its component, else the source. */
  readonly scope: string;
  readonly id: string;
}

/** What is kept of a half until the other one comes. */
export interface HalfFacts {
  readonly time: string;
  readonly model?: string;
  readonly version?: string;
  /** Name of the inference service, when nothing else names the model. */
  readonly service?: string;
  readonly endpoint?: string;
  readonly variant?: 'stable' | 'candidate';
  readonly features?: readonly (Features | null)[];
  readonly outputs?: readonly Output[];
  readonly errorCode?: string;
}

export interface PayloadHalf {
  readonly key: ExchangeKey;
  readonly half: Half;
  readonly facts: HalfFacts;
  readonly place: string;
}

/** What the sender's address says, e.g. `?project=shop&model=churn&version=3&endpoint=checkout&features=age,plan`. */
export type IngestQuery = Readonly<Partial<Record<'project' | 'model' | 'version' | 'endpoint' | 'features', string>>>;

const TYPE = /^(?:org\.kubeflow|io\.seldon)\.serving\.inference\.(request|response)$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const PROJECT = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Leaves room for the number of a row behind it. */
const MAX_ID = 180;
const variants: ReadonlyMap<string, 'stable' | 'candidate'> = new Map([
  ['default', 'stable'],
  ['canary', 'candidate'],
]);

/** A payload logger's event as a half; throws a fault that names the field. */
export function halfOf(event: ReceivedEvent, query: IngestQuery, now: Date): PayloadHalf {
  return at(event.place, () => read(event, query, now));
}

function read(event: ReceivedEvent, query: IngestQuery, now: Date): PayloadHalf {
  const { attributes } = event;
  if (!/^(1\.0|0\.3)$/.test(required(event, 'specversion'))) throw fault('specversion', 'must be 1.0');
  const half = TYPE.exec(required(event, 'type'))?.[1] as Half | undefined;
  if (half === undefined) throw fault('type', 'must be org.kubeflow.serving.inference.request or .response');
  const annotations = textsOf(attributes['annotations']);
  const given = (name: keyof IngestQuery): string | undefined => query[name] ?? annotations[`drawbridge.io/${name}`];
  const key = keyOf(event, given('project') ?? 'default');
  const common = {
    time: timeOf(attributes['time'], now),
    ...text('model', given('model') ?? attributes['modelid']),
    ...text('version', given('version')),
    ...text('service', attributes['inferenceservicename']),
    ...text('endpoint', given('endpoint')),
    ...variantOf(attributes['endpoint']),
  };
  if (half === 'request') {
    const features = readRequest(event.data, namesOf(given('features'))).map((row) => row ?? null);
    return { key, half, place: event.place, facts: { ...common, features } };
  }
  const { rows, ...answer } = readResponse(event.data);
  return { key, half, place: event.place, facts: { ...answer, ...common, outputs: rows } };
}

function keyOf(event: ReceivedEvent, project: string): ExchangeKey {
  const { attributes } = event;
  if (!PROJECT.test(project)) throw fault('project', 'must be 1 to 63 small letters, digits or hyphens');
  // Seldon's servers give each half an id of its own, and both the id of the request.
  const id = attributes['requestid'] ?? required(event, 'id');
  const message = id.length > MAX_ID ? `must have 1 to ${MAX_ID} characters` : textFault(id);
  if (message !== undefined) throw fault('id', message);
  const { namespace = '', inferenceservicename: service, component = '' } = attributes;
  const scope = service === undefined ? required(event, 'source') : `${namespace}/${service}/${component}`;
  if (scope.length > 1000 || scope.includes('\u0000')) throw fault('source', 'must have 1 to 1000 characters, none of them a zero byte');
  return { project, scope, id };
}

function timeOf(time: string | undefined, now: Date): string {
  if (time === undefined) return now.toISOString();
  const ms = RFC3339.test(time) ? Date.parse(time) : NaN;
  if (Number.isNaN(ms)) throw fault('time', 'must be RFC 3339, e.g. 2030-01-31T12:00:00.000Z');
  const message = timeFault(time, now);
  if (message !== undefined) throw fault('time', message);
  return new Date(ms).toISOString();
}

function text(name: string, value: string | undefined): Record<string, string> {
  if (value === undefined || value === '') return {};
  const message = textFault(value);
  if (message !== undefined) throw fault(name, message);
  return { [name]: value };
}

function variantOf(endpoint: string | undefined): { variant?: 'stable' | 'candidate' } {
  const variant = variants.get(endpoint ?? '');
  return variant === undefined ? {} : { variant };
}

function namesOf(list: string | undefined): string[] | undefined {
  if (list === undefined || list === '') return undefined;
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('') || new Set(names).size < names.length) throw fault('features', 'must be different names, separated by commas');
  return names;
}

/** The predictions of a whole exchange, one per row; the row's number stands behind the id when there are several. */
export function predictionsOf(key: ExchangeKey, request: HalfFacts, response: HalfFacts, now: Date): IngestMessage[] {
  const features = request.features ?? [];
  const failed = response.errorCode !== undefined;
  const outputs = response.outputs ?? [];
  if (!failed && outputs.length !== features.length) {
    throw fault('data', `the response has ${outputs.length} rows, the request with the same id has ${features.length}`);
  }
  const identity = identityOf(key, request, response);
  const rows = features.length;
  return features.map((row, index) => {
    const prediction: PredictionLogged = {
      predictionId: rows === 1 ? key.id : `${key.id}-${index}`,
      time: response.time,
      ...identity,
      ...(row === null ? {} : { features: row }),
      output: outputs[index] ?? {},
      status: failed ? 'error' : 'ok',
      ...(failed ? { errorCode: response.errorCode! } : {}),
    };
    const message = messageOf('prediction.logged', prediction, now);
    if (!('topic' in message))
      throw new IngestFault(message.map(({ field, message: text_ }) => ({ field: `rows.${index}.${field}`, message: text_ })));
    return message;
  });
}

/** What the address or an annotation says goes before the payload, the payload before the inference service. */
function identityOf({ project }: ExchangeKey, request: HalfFacts, response: HalfFacts): Partial<PredictionLogged> {
  const model = request.model ?? response.model ?? request.service ?? response.service;
  const version = request.version ?? response.version;
  if (model === undefined) throw fault('model', 'is not known: give ?model= in the logger’s address');
  if (version === undefined) {
    throw fault(
      'version',
      'is not known: give ?version= in the logger’s address, the annotation drawbridge.io/version, or answer with model_version',
    );
  }
  const endpoint = request.endpoint ?? response.endpoint;
  const variant = request.variant ?? response.variant;
  return { project, model, version, ...(endpoint === undefined ? {} : { endpoint }), ...(variant === undefined ? {} : { variant }) };
}
