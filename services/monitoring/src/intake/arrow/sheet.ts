import { eventLimits } from '@drawbridge/contracts';
import type { RecordBatch } from 'apache-arrow';
import { Reject } from '../reject.js';
import { Column, type ColumnKind, type Slowly } from './column.js';
import type { ConstantName, Constants } from './constants.js';

const TEXT: readonly ColumnKind[] = ['text'];
const NUMBER: readonly ColumnKind[] = ['number'];
const VALUE: readonly ColumnKind[] = ['number', 'text', 'boolean'];

/** The columns of a row beside its features, in the order of their JSON, and what they hold. */
export const FIELDS = {
  predictionId: TEXT,
  time: ['time', 'text'],
  project: TEXT,
  model: TEXT,
  version: TEXT,
  deploymentId: TEXT,
  endpoint: TEXT,
  variant: TEXT,
  status: TEXT,
  errorCode: TEXT,
  subjectKey: TEXT,
  latencyMs: NUMBER,
  sampleRate: NUMBER,
  dropped: NUMBER,
  schemaVersion: TEXT,
  'output.value': VALUE,
  'output.class': TEXT,
  'output.score': NUMBER,
} as const satisfies Readonly<Record<string, readonly ColumnKind[]>>;
export type FieldName = keyof typeof FIELDS;

const FEATURE = 'features.';
const SEGMENT = 'segments.';
/** Of a row as JSON, without its values: names, quotes and what stands around them. */
const ROW_BYTES = 300;

export interface NamedColumn {
  readonly name: string;
  /** The name as it stands in JSON, with its colon. */
  readonly label: string;
  readonly column: Column;
}

/** The columns of one record batch, by what they are to a prediction. Columns of other names are nobody's business. */
export class Sheet {
  readonly fields: Readonly<Partial<Record<FieldName, Column>>>;
  readonly features: readonly NamedColumn[];
  readonly segments: readonly NamedColumn[];
  /** Features of which some row may hold an infinity. */
  readonly infinite: readonly Column[];
  /** Of all rows as JSON, or more. */
  readonly writtenBytes: number;
  /** No row as JSON can be longer than an event may be. */
  readonly fits: boolean;

  private constructor(
    readonly rows: number,
    columns: readonly NamedColumn[],
    readonly constants: Constants,
  ) {
    const fields: Partial<Record<FieldName, Column>> = {};
    for (const { name, column } of columns) if (name in FIELDS) fields[name as FieldName] = column;
    this.fields = fields;
    this.features = within(columns, FEATURE);
    this.segments = within(columns, SEGMENT);
    this.infinite = this.features.map(({ column }) => column).filter((column) => column.hasInfinity());
    let longest = ROW_BYTES + Object.values(constants).join('').length;
    let all = longest * rows;
    for (const { name, column } of columns) {
      const written = column.written();
      longest += written.most + 2 * name.length;
      all += written.all + name.length * rows;
    }
    this.writtenBytes = all;
    this.fits = longest <= eventLimits.valueBytes;
  }

  static of({ schema, numRows, data }: RecordBatch, constants: Constants, slowly: Slowly): Sheet | Reject {
    const columns: NamedColumn[] = [];
    const seen = new Set<string>();
    for (const [index, { name }] of schema.fields.entries()) {
      const allowed = kindsOf(name);
      const part = data.children[index];
      if (allowed === undefined) continue;
      if (seen.has(name)) return new Reject('out-of-bounds', shown(name), `there are two columns ${shown(name)}`);
      seen.add(name);
      const column = part && Column.of(part, numRows, slowly);
      if (column === undefined || (column.kind !== 'none' && !allowed.includes(column.kind))) return wrongColumn(name, allowed, part?.type);
      columns.push({ name, label: `${JSON.stringify(name)}:`, column });
    }
    const sheet = new Sheet(numRows, columns, constants);
    return sheet.missing() ?? sheet;
  }

  /** What no row can be without. */
  private missing(): Reject | undefined {
    const lacks = (name: FieldName & ConstantName): boolean => this.fields[name] === undefined && this.constants[name] === undefined;
    if (this.fields.predictionId === undefined) return missingColumn('predictionId');
    if (lacks('time')) return missingColumn('time');
    if (lacks('deploymentId') && lacks('model')) return missingColumn('model');
    if (lacks('deploymentId') && lacks('version')) return missingColumn('version');
    if (this.features.length <= eventLimits.features) return undefined;
    return new Reject('out-of-bounds', 'features', `${this.features.length} features, at most ${eventLimits.features} are allowed`);
  }
}

function within(columns: readonly NamedColumn[], prefix: string): NamedColumn[] {
  return columns
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, column }) => ({ name: name.slice(prefix.length), label: `${JSON.stringify(name.slice(prefix.length))}:`, column }));
}

function kindsOf(name: string): readonly ColumnKind[] | undefined {
  if (name.startsWith(FEATURE)) return VALUE;
  if (name.startsWith(SEGMENT)) return TEXT;
  return Object.hasOwn(FIELDS, name) ? FIELDS[name as FieldName] : undefined;
}

function missingColumn(name: FieldName): Reject {
  const constant = name === 'predictionId' ? '' : `, nor drawbridge.${name} in the schema's metadata`;
  return new Reject('missing-field', name, `there is no column ${name}${constant}`);
}

const WORDS: Readonly<Record<ColumnKind, string>> = {
  number: 'numbers',
  text: 'text',
  boolean: 'booleans',
  time: 'timestamps',
  none: 'nulls',
};

function wrongColumn(name: string, allowed: readonly ColumnKind[], type: unknown): Reject {
  const expected = allowed.map((kind) => WORDS[kind]).join(' or ');
  return new Reject('wrong-type', shown(name), `the column must hold ${expected}, not ${shown(String(type))}`);
}

/** A stranger's text as it can be stored. */
function shown(text: string): string {
  return text
    .slice(0, 100)
    .replaceAll('\u0000', '\uFFFD')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}
