import * as arrow from 'apache-arrow';

/** Values of one column, null where there is none. */
export interface ColumnOf {
  readonly type: arrow.DataType;
  readonly values: readonly unknown[];
}

export const types = {
  text: () => new arrow.Utf8(),
  largeText: () => new arrow.LargeUtf8(),
  coded: () => new arrow.Dictionary(new arrow.Utf8(), new arrow.Int16()),
  float64: () => new arrow.Float64(),
  float32: () => new arrow.Float32(),
  float16: () => new arrow.Float16(),
  int64: () => new arrow.Int64(),
  int8: () => new arrow.Int8(),
  boolean: () => new arrow.Bool(),
  none: () => new arrow.Null(),
  milliseconds: () => new arrow.TimestampMillisecond(),
  microseconds: () => new arrow.TimestampMicrosecond('UTC'),
  nanoseconds: () => new arrow.TimestampNanosecond(),
  date: () => new arrow.DateDay(),
};

export interface TableOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly format?: 'stream' | 'file';
  /** Rows of one record batch; default all in one. */
  readonly rowsPerBatch?: number;
}

/** An Arrow message, written by the library. */
export function anArrowMessage(columns: Readonly<Record<string, ColumnOf>>, options: TableOptions = {}): Buffer {
  const { metadata = {}, format = 'stream' } = options;
  const names = Object.keys(columns);
  const rows = columns[names[0] ?? '']?.values.length ?? 0;
  const size = options.rowsPerBatch ?? Math.max(1, rows);
  const schema = new arrow.Schema(
    names.map((name) => new arrow.Field(name, columns[name]!.type, true)),
    new Map(Object.entries(metadata)),
  );
  const batches: arrow.RecordBatch[] = [];
  const whole = Object.fromEntries(names.map((name) => [name, arrow.vectorFromArray([...columns[name]!.values], columns[name]!.type)]));
  for (let from = 0; from < Math.max(1, rows); from += size) {
    const children = names.map((name) => whole[name]!.slice(from, from + size).data[0]!);
    batches.push(
      new arrow.RecordBatch(
        schema,
        arrow.makeData({ type: new arrow.Struct(schema.fields), length: Math.min(size, rows - from), children }),
      ),
    );
  }
  const stream = Buffer.from(arrow.tableToIPC(new arrow.Table(schema, batches), 'stream'));
  // As pyarrow writes a file; only who reads it by its end needs the footer.
  return format === 'stream' ? stream : Buffer.concat([Buffer.from('ARROW1\0\0'), stream, Buffer.from('footer'), Buffer.from('ARROW1')]);
}
