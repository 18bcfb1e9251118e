/** The routes below /v2 in OpenAPI; they are registered past the framework that describes the others. */

interface Operation {
  readonly [key: string]: unknown;
}

const parameter = (name: string): Operation => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const endpointHeader: Operation = {
  name: 'x-drawbridge-endpoint',
  in: 'header',
  required: false,
  description: 'Name or id of the endpoint, when several serve the model.',
  schema: { type: 'string' },
};

const projectHeader: Operation = {
  name: 'x-drawbridge-project',
  in: 'header',
  required: false,
  description: 'Project whose model is meant; absent: `default`.',
  schema: { type: 'string' },
};

const tensor = (data: boolean): Operation => ({
  type: 'object',
  required: ['name', 'datatype', 'shape', ...(data ? ['data'] : [])],
  properties: {
    name: { type: 'string' },
    datatype: { type: 'string', example: 'FP32' },
    shape: { type: 'array', items: { type: 'integer' } },
    ...(data && { data: { type: 'array', items: {}, description: 'flat or nested, row by row' } }),
  },
});

const error: Operation = {
  description: 'Refused',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['error', 'code'],
        properties: {
          error: { type: 'string' },
          code: { type: 'string', example: 'DBR-INVALID-INPUT' },
          field: { type: 'string', example: 'inputs.hour.data[3]' },
        },
      },
    },
  },
};

const json = (schema: Operation): Operation => ({ description: 'Answer', content: { 'application/json': { schema } } });
const health = (description: string): Operation => ({ 200: { description }, 400: { description: 'No' } });

const request: Operation = {
  type: 'object',
  required: ['inputs'],
  properties: {
    id: { type: 'string', description: 'echoed' },
    parameters: {
      type: 'object',
      properties: {
        project: { type: 'string', description: 'for clients that cannot set headers' },
        endpoint: { type: 'string' },
        prediction_id: { type: 'string', description: 'with the permission predictions.backdate' },
        event_time: { type: 'string', format: 'date-time', description: 'with the permission predictions.backdate' },
      },
    },
    inputs: { type: 'array', items: tensor(true) },
    outputs: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
  },
};

const response: Operation = {
  type: 'object',
  required: ['model_name', 'model_version', 'id', 'outputs'],
  properties: {
    model_name: { type: 'string' },
    model_version: { type: 'string' },
    id: { type: 'string' },
    parameters: {
      type: 'object',
      properties: { prediction_id: { type: 'string' }, endpoint: { type: 'string' }, variant: { type: 'string' } },
    },
    outputs: { type: 'array', items: tensor(true) },
  },
};

const metadata: Operation = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    versions: { type: 'array', items: { type: 'string' } },
    platform: { type: 'string' },
    inputs: { type: 'array', items: tensor(false) },
    outputs: { type: 'array', items: tensor(false) },
  },
};

const tags = ['open inference'];
const failures = { 400: error, 401: error, 403: error, 404: error, 413: error, 429: error, 500: error, 503: error };
const open = { tags, security: [] };

/** `paths` of the protocol's routes. */
export function openInferencePaths(): Record<string, Operation> {
  const paths: Record<string, Operation> = {
    '/v2': { get: { ...open, summary: 'The server', responses: { 200: json({ type: 'object' }) } } },
    '/v2/health/live': { get: { ...open, summary: 'Is it alive?', responses: health('Alive') } },
    '/v2/health/ready': { get: { ...open, summary: 'Are the endpoints known and their models tried?', responses: health('Ready') } },
    '/v2/models': {
      get: {
        tags,
        parameters: [projectHeader],
        summary: 'Models of the project with an endpoint',
        'x-permission': 'models.read',
        responses: { 200: json({ type: 'object' }), 401: error },
      },
    },
  };
  for (const version of [false, true]) {
    const base = `/v2/models/{model}${version ? '/versions/{version}' : ''}`;
    const parameters = [parameter('model'), ...(version ? [parameter('version')] : []), projectHeader, endpointHeader];
    const described = version ? 'of a version' : 'of the stable version';
    paths[base] = {
      get: {
        tags,
        parameters,
        summary: `Inputs and outputs ${described}`,
        'x-permission': 'models.read',
        responses: { 200: json(metadata), 404: error },
      },
    };
    paths[`${base}/ready`] = {
      get: {
        tags,
        parameters,
        summary: `Readiness ${described}`,
        'x-permission': 'models.read',
        responses: { ...health('Ready'), 400: error, 404: error },
      },
    };
    paths[`${base}/infer`] = {
      post: {
        tags,
        parameters,
        summary: version ? 'Predict with this version' : "Predict with the version that the endpoint's weights choose",
        'x-permission': 'predictions.infer',
        requestBody: { required: true, content: { 'application/json': { schema: request } } },
        responses: { 200: json(response), ...failures },
      },
    };
  }
  return paths;
}
