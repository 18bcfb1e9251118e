import type { ReactNode } from 'react';
import { count } from '../parts/numbers.js';

const WIDTH = 110;
const HEIGHT = 24;

/** A small line of counts, oldest first, with its last value in words. */
export function Sparkline({ values, of }: { values: readonly number[]; of: string }): ReactNode {
  if (values.length === 0) return <span className="quiet">no closed window yet</span>;
  const top = Math.max(...values, 1);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`);
  const last = values.at(-1) ?? 0;
  return (
    <span className="row">
      <svg className="spark" width={WIDTH} height={HEIGHT} role="img" aria-label={`${of}: ${values.map(count).join(', ')}`}>
        <path d={points.length > 1 ? `M${points.join('L')}` : `M0,${String(HEIGHT / 2)}h4`} />
      </svg>
      <span className="small">{count(last)} in the last window</span>
    </span>
  );
}
