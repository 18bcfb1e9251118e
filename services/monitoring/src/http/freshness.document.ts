import type { OpenAPIObject } from '@nestjs/swagger';

const schema = {
  type: 'object',
  description: 'How far the answer reaches: part of everything that is read from monitoring',
  required: ['asOf', 'projectedOffset', 'lag', 'lagMs'],
  properties: {
    asOf: {
      type: 'string',
      format: 'date-time',
      description: 'every record that was in the topics then is stored; 1970 when they were never read to their end',
    },
    projectedOffset: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'integer' } },
      description: 'the next offset to be stored, by topic and partition',
    },
    lag: { type: 'integer', minimum: 0, description: 'records between there and the ends of the topics' },
    lagMs: { type: 'integer', minimum: 0, description: 'milliseconds from asOf to the answer' },
  },
};

/** The document with what the interceptor adds to every read. */
export function withFreshness(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    const answer = path.get?.responses['200'];
    if (path.get === undefined || path.get.security?.length === 0 || answer === undefined || '$ref' in answer) continue;
    const known = answer.content?.['application/json']?.schema;
    const fresh = { $ref: '#/components/schemas/Freshness' };
    answer.content = { 'application/json': { schema: known === undefined ? fresh : { allOf: [known, fresh] } } };
  }
  return { ...document, components: { ...document.components, schemas: { ...document.components?.schemas, Freshness: schema } } };
}
