import type { DistributionView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { count, measure, percent } from '../parts/numbers.js';

const SHOWN = 16;
const WIDTH = 560;
/** Room for the last slanted label. */
const MARGIN = 44;
const FLOOR = 132;
const LONGEST = 16;

type Cell = DistributionView['cells'][number];

/** The reference and what came in, on the same cells: outline against fill, and a table for who wants figures. */
export function DistributionOverlay({ distribution }: { distribution: DistributionView }): ReactNode {
  const { feature, kind, n, cells, distances } = distribution;
  const [table, setTable] = useState(false);
  const shown = kind === 'categorical' || cells.length > SHOWN ? mostMoved(cells) : cells;
  return (
    <figure className="stack tight">
      <figcaption className="row spread">
        <span className="strong">{feature}</span>
        <span className="meta">
          <span>
            <i className="swatch reference" />
            reference n = {count(n.reference)}
          </span>
          <span>
            <i className="swatch current" />
            current n = {count(n.window)}
          </span>
          <span>
            <i className="swatch moved" />
            moved most
          </span>
          <button type="button" className="link-button" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? 'as chart' : 'as table'}
          </button>
        </span>
      </figcaption>
      {table ? <CellTable cells={cells} /> : <Bars cells={shown} feature={feature} />}
      <p className="small quiet">
        {shown.length < cells.length ? `${String(shown.length)} of ${String(cells.length)} cells, those that moved most. ` : ''}
        {Object.entries(distances)
          .map(([name, value]) => `${name} ${measure(value)}`)
          .join(', ')}
      </p>
    </figure>
  );
}

/** The cells that moved most, in their own order. */
function mostMoved(cells: readonly Cell[]): Cell[] {
  const kept = new Set([...cells].sort((a, b) => Math.abs(b.window - b.reference) - Math.abs(a.window - a.reference)).slice(0, SHOWN));
  return cells.filter((cell) => kept.has(cell));
}

function Bars({ cells, feature }: { cells: readonly Cell[]; feature: string }): ReactNode {
  const top = Math.max(...cells.flatMap(({ reference, window }) => [reference, window]), 1e-9);
  const slot = WIDTH / Math.max(1, cells.length);
  const tall = (share: number): number => (share / top) * (FLOOR - 8);
  const height = FLOOR + 18 + Math.max(...cells.map(({ label }) => Math.min(label.length, LONGEST))) * 4;
  const most = cells.reduce((best, cell) => Math.max(best, Math.abs(cell.window - cell.reference)), 0);
  const words = cells.map((cell) => `${cell.label}: reference ${percent(cell.reference)}, current ${percent(cell.window)}`).join('; ');
  return (
    <svg className="overlay" viewBox={`0 0 ${String(WIDTH + MARGIN)} ${String(height)}`} role="img" aria-label={`${feature}. ${words}`}>
      <line className="axis" x1="0" x2={WIDTH} y1={FLOOR} y2={FLOOR} />
      {cells.map((cell, index) => {
        const x = index * slot;
        const moved = most > 0 && Math.abs(cell.window - cell.reference) >= most * 0.6;
        return (
          <g key={cell.label}>
            <rect
              className={moved ? 'moved' : 'current'}
              x={x + slot * 0.18}
              width={slot * 0.64}
              y={FLOOR - tall(cell.window)}
              height={tall(cell.window)}
            />
            <rect
              className="reference"
              x={x + slot * 0.08}
              width={slot * 0.84}
              y={FLOOR - tall(cell.reference)}
              height={tall(cell.reference)}
            />
            <text x={x + slot / 2} y={FLOOR + 10} transform={`rotate(38 ${String(x + slot / 2)} ${String(FLOOR + 10)})`}>
              {cell.label.length > LONGEST ? `${cell.label.slice(0, LONGEST - 1)}…` : cell.label}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function CellTable({ cells }: { cells: readonly Cell[] }): ReactNode {
  return (
    <div className="scroll" style={{ maxHeight: 320, overflowY: 'auto' }} tabIndex={0} role="region" aria-label="shares by cell">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">cell</th>
            <th scope="col" className="num">
              reference
            </th>
            <th scope="col" className="num">
              current
            </th>
            <th scope="col" className="num">
              difference
            </th>
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => (
            <tr key={cell.label}>
              <th scope="row">{cell.label}</th>
              <td className="num">{percent(cell.reference, 2)}</td>
              <td className="num">{percent(cell.window, 2)}</td>
              <td className="num">{percent(cell.window - cell.reference, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
