import fc from 'fast-check';

/** JSON Schema as far as the event schemas use it; anything else is refused, so that a new keyword is not passed over. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);

/** Any document that the schema admits. */
export function instanceOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined && schema.properties === undefined) return fc.oneof(...schema.anyOf.map(instanceOf));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return Array.isArray(schema.items) ? fc.tuple(...(schema.items as Schema[]).map(instanceOf)) : listOf(schema);
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1_000_000 });
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
      return fc.jsonValue();
    default:
      throw new Error(`no instances of ${JSON.stringify(schema)}`);
  }
}

function objectOf({ properties, required = [], patternProperties, anyOf }: Schema): fc.Arbitrary<unknown> {
  const values = Object.values(patternProperties ?? {})[0];
  if (values !== undefined) return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), instanceOf(values), { maxKeys: 3 });
  const fields = Object.fromEntries(Object.entries(properties ?? {}).map(([name, field]) => [name, instanceOf(field)]));
  // On top of a list of fields, `anyOf` says only which of them must be there.
  const ways = anyOf?.map((way) => way.required ?? []) ?? [[]];
  return fc.oneof(...ways.map((way) => fc.record(fields, { requiredKeys: [...required, ...way] })));
}

function listOf({ items, minItems = 0, maxItems }: Schema): fc.Arbitrary<unknown> {
  return fc.array(instanceOf(items as Schema), { minLength: minItems, maxLength: Math.min(maxItems ?? 3, Math.max(3, minItems)) });
}

function textOf({ format, pattern, minLength = 0, maxLength = 20 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time')
    return fc.date({ min: new Date('2001-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern === '^[0-9a-f]{64}$') return digest;
  if (format !== undefined || pattern !== undefined) throw new Error(`no instances of text like ${format ?? pattern ?? ''}`);
  return fc.string({ minLength, maxLength: Math.min(maxLength, 20) });
}

function numberOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): fc.Arbitrary<number> {
  return fc.double({
    min: minimum ?? exclusiveMinimum ?? -1e6,
    max: maximum ?? exclusiveMaximum ?? 1e6,
    minExcluded: exclusiveMinimum !== undefined,
    maxExcluded: exclusiveMaximum !== undefined,
    noNaN: true,
    noDefaultInfinity: true,
  });
}
