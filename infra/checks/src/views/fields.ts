/** The part of JSON Schema that our event schemas use. */
export interface Schema {
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** The fields of an object schema, each nested object after its parent under a dotted name; `[]` is each element. */
export function fieldsOf(schema: Schema, depth = 2, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const field = {
      name,
      type: typeOf(property),
      required: schema.required?.includes(key) === true,
      description: property.description ?? '',
    };
    return [field, ...(depth > 1 ? nested(property, name, depth) : [])];
  });
}

function nested(property: Schema, name: string, depth: number): Field[] {
  if (property.type === 'array') {
    const { items } = property;
    return items === undefined || !isSingle(items) ? [] : fieldsOf(items, depth - 1, `${name}[].`);
  }
  const inner = property.properties === undefined ? property.anyOf?.find((each) => each.properties !== undefined) : property;
  return inner === undefined ? [] : fieldsOf(inner, depth - 1, `${name}.`);
}

function isSingle(items: Schema | readonly Schema[]): items is Schema {
  return !Array.isArray(items);
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.anyOf !== undefined && schema.properties === undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.type === 'array') return arrayType(schema);
  if (schema.patternProperties !== undefined) return `map of ${typeOf(Object.values(schema.patternProperties)[0] ?? {})}`;
  if (schema.format !== undefined) return schema.format;
  if (schema.pattern === '^[0-9a-f]{64}$') return 'sha256';
  return schema.type ?? 'any';
}

function arrayType({ items }: Schema): string {
  if (items === undefined) return 'list';
  return isSingle(items) ? `list of ${typeOf(items)}` : `[${items.map(typeOf).join(', ')}]`;
}
