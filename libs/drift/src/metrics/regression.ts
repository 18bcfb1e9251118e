/** How far predicted values were from the true ones. */
export interface RegressionPerformance {
  readonly rows: number;
  readonly mae: number;
  readonly rmse: number;
  /** Mean of prediction minus truth. */
  readonly bias: number;
  /** Null when the truth does not vary. */
  readonly r2: number | null;
}

export function regressionPerformance(predicted: ArrayLike<number>, actual: ArrayLike<number>): RegressionPerformance {
  const rows = predicted.length;
  if (rows === 0 || actual.length !== rows) throw new RangeError(`${actual.length} labels for ${rows} predictions`);
  let absolute = 0;
  let squares = 0;
  let bias = 0;
  let mean = 0;
  for (let i = 0; i < rows; i += 1) {
    const error = predicted[i]! - actual[i]!;
    absolute += Math.abs(error);
    squares += error * error;
    bias += error;
    mean += actual[i]! / rows;
  }
  let spread = 0;
  for (let i = 0; i < rows; i += 1) spread += (actual[i]! - mean) ** 2;
  return {
    rows,
    mae: absolute / rows,
    rmse: Math.sqrt(squares / rows),
    bias: bias / rows,
    r2: spread > 0 ? 1 - squares / spread : null,
  };
}
