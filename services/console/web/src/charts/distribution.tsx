import type { DistributionView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { count, measure, percent } from '../parts/numbers.js';

const SHOWN = 16;
const WIDTH = 560;
const HEIGHT = 190;
const FLOOR = 132;

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
  const height = (share: number): number => (share / top) * (FLOOR - 8);
  const most = cells.reduce((best, cell) => Math.max(best, Math.abs(cell.window - cell.reference)), 0);
  const label = cells.map((cell) => `${cell.label}: reference ${percent(cell.reference)}, current ${percent(cell.window)}`).join('; ');
  return (
    <svg className="overlay" viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} role="img" aria-label={`${feature}. ${label}`}>
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
              y={FLOOR - height(cell.window)}
              height={height(cell.window)}
            />
            <rect className="reference" x={x + slot * 0.08} width={slot * 0.84} y={FLOOR - height(cell.reference)} height={height(cell.reference)} />
            <text x={x + slot / 2} y={FLOOR + 10} transform={`rotate(38 ${String(x + slot / 2)} ${String(FLOOR + 10)})`}>
              {cell.label.length > 12 ? `${cell.label.slice(0, 11)}…` : cell.label}
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
