const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? 'n/a' : whole.format(value);
}

/** Three significant digits, never in exponents where people read. */
export function measure(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'n/a';
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return whole.format(value);
  return Number(value.toPrecision(digits)).toLocaleString('en-GB', { maximumFractionDigits: 10 });
}

export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? 'n/a' : `${(share * 100).toFixed(digits)} %`;
}

export function interval(bounds: readonly [number, number] | undefined): string {
  return bounds === undefined ? '' : `[${measure(bounds[0])}, ${measure(bounds[1])}]`;
}

export function bytes(size: number): string {
  if (size < 1024) return `${String(size)} B`;
  const power = Math.min(3, Math.floor(Math.log2(size) / 10));
  return `${(size / 1024 ** power).toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB'][power] ?? 'GiB'}`;
}

export function milliseconds(value: number): string {
  if (value < 1) return `${(value * 1000).toFixed(0)} µs`;
  return value < 1000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(2)} s`;
}
