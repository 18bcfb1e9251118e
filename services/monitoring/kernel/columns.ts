import {
  CELLS,
  COLUMN_BINS_AT,
  COLUMN_CELLS,
  COLUMN_EDGES,
  COLUMN_FIRST,
  COLUMN_LEAST,
  COLUMN_MEAN,
  COLUMN_MISSING_AT,
  COLUMN_MOST,
  COLUMN_PER_CELL,
  KINDS,
  MOMENTS,
  NUMBER,
  NUMBERS,
  ROWS,
} from '../src/intake/decode/kernel-layout';

/** The last cell of a column's table of bins, as in `BinIndex`. */
const LAST_CELL: f64 = 511;

// What stands for a value by its kind: null is missing, true and false are numbers, a text is none.
const INSTEAD: usize = memory.data<f64>([0, NaN, 1, 0, Infinity]);

/** Puts the values of the last match into a row, each into its column; `holes` is a list of four times their holes. */
export function keepRow(holes: usize, count: i32, row: usize, columnBytes: usize): void {
  for (let i: i32 = 0; i < count; i += 1) {
    const hole4 = <usize>load<u32>(holes);
    const kind = <i32>load<u8>(hole4 >> 2, KINDS);
    store<f64>(row, kind == NUMBER ? load<f64>(hole4 << 1, NUMBERS) : load<f64>(INSTEAD + (<usize>kind << 3)));
    holes += 4;
    row += columnBytes;
  }
}

/** Lists the cells that rows of a column count in, and adds the rows to its moments. Returns the number of cells. */
export function countColumn(column: usize, values: usize, count: i32): i32 {
  const edges = column + <usize>load<u32>(column, COLUMN_EDGES);
  const table = column + <usize>load<u32>(column, COLUMN_CELLS);
  const binsAt = load<i32>(column, COLUMN_BINS_AT);
  const missingAt = load<i32>(column, COLUMN_MISSING_AT);
  const first = load<f64>(column, COLUMN_FIRST);
  const perCell = load<f64>(column, COLUMN_PER_CELL);
  const least = load<f64>(column, COLUMN_LEAST);
  const most = load<f64>(column, COLUMN_MOST);
  const mean = load<f64>(column, COLUMN_MEAN);
  let sum = load<f64>(MOMENTS);
  let squares = load<f64>(MOMENTS, 8);
  let min = load<f64>(MOMENTS, 16);
  let max = load<f64>(MOMENTS, 24);
  let cells: usize = CELLS;
  for (let i: usize = 0; i < <usize>count; i += 1) {
    const x = load<f64>(values + (<usize>load<u8>(i, ROWS) << 3));
    if (x - x != 0) {
      store<i32>(cells, missingAt + <i32>(x == x));
      cells += 4;
      continue;
    }
    const position = (x - first) * perCell;
    const above = select<f64>(position, 0, position > 0);
    const cell = <usize>(<i32>select<f64>(above, LAST_CELL, above < LAST_CELL));
    let bin = <i32>load<u16>(table + (cell << 1));
    // Whether a value is above an edge of its cell cannot be foreseen, and a wrong guess costs the processor more than two
    // comparisons without a jump, which do for nearly all cells.
    bin += <i32>(upperOf(edges, bin) < x);
    bin += <i32>(upperOf(edges, bin) < x);
    while (upperOf(edges, bin) < x) bin += 1;
    store<i32>(cells, binsAt + bin);
    cells += 4;
    if (x < least || x > most) {
      store<i32>(cells, missingAt + (x < least ? 2 : 3));
      cells += 4;
    }
    const d = x - mean;
    sum += d;
    squares += d * d;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  store<f64>(MOMENTS, sum);
  store<f64>(MOMENTS, squares, 8);
  store<f64>(MOMENTS, min, 16);
  store<f64>(MOMENTS, max, 24);
  return <i32>((cells - CELLS) >> 2);
}

/** The last edge is infinite. */
// @ts-ignore: decorator
@inline
function upperOf(edges: usize, bin: i32): f64 {
  return load<f64>(edges + (<usize>bin << 3));
}
