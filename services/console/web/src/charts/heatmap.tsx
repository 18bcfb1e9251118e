import type { DriftMatrixView } from '@drawbridge/contracts';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { measure } from '../parts/numbers.js';
import { day } from '../parts/time.js';

export interface HeatmapProps {
  readonly matrix: DriftMatrixView;
  readonly selected: { readonly feature?: string; readonly window?: string };
  readonly onSelect: (feature: string, windowId: string) => void;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** Effect by feature and window as a table: arrows move, Enter selects, and every cell says in words what its colour means. */
export function Heatmap({ matrix, selected, onSelect }: HeatmapProps): ReactNode {
  const { features, windows } = matrix;
  const [at, setAt] = useState<readonly [number, number]>([0, Math.max(0, windows.length - 1)]);
  const [told, setTold] = useState('');
  const body = useRef<HTMLTableSectionElement>(null);
  const top = Math.max(0.02, ...features.flatMap(({ values }) => values.map((value) => value?.effect ?? 0)));
  const moved = (event: KeyboardEvent): void => {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const row = Math.min(features.length - 1, Math.max(0, at[0] + move[0]));
    const column = Math.min(windows.length - 1, Math.max(0, at[1] + move[1]));
    setAt([row, column]);
    body.current?.querySelector<HTMLButtonElement>(`[data-cell="${String(row)}-${String(column)}"]`)?.focus();
  };
  return (
    <div className="stack tight">
      <div className="scroll">
        <table className="heatmap" aria-label="effect by feature and window">
          <thead>
            <tr>
              <th scope="col">feature</th>
              {windows.map(({ id, start }) => (
                <th key={id} scope="col">
                  <span>{day(start)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={moved}>
            {features.map(({ feature, values }, row) => (
              <tr key={feature}>
                <th scope="row">{feature}</th>
                {windows.map((window, column) => {
                  const value = values[column] ?? null;
                  const words = cellWords(feature, window.start, value);
                  return (
                    <td key={window.id}>
                      <button
                        type="button"
                        className="heat-cell"
                        data-cell={`${String(row)}-${String(column)}`}
                        tabIndex={at[0] === row && at[1] === column ? 0 : -1}
                        aria-label={words}
                        aria-pressed={selected.feature === feature && selected.window === window.id}
                        title={words}
                        {...(value === null ? { 'data-empty': true } : { 'data-level': levelOf(value.effect, top) })}
                        {...(value?.alarming === true ? { 'data-alarm': true } : {})}
                        onFocus={() => {
                          setAt([row, column]);
                          setTold(words);
                        }}
                        onMouseEnter={() => setTold(words)}
                        onClick={() => onSelect(feature, window.id)}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="small">{told === '' ? 'Point at a cell or move with the arrow keys; Enter shows its distribution.' : told}</p>
      <p className="small quiet">Darker is further from the baseline. Outlined cells alarm. Hatched cells were not tested.</p>
    </div>
  );
}

function levelOf(effect: number, top: number): number {
  if (effect <= 0) return 0;
  // Effects spread over magnitudes: equal steps in their square root keep small ones visible.
  return Math.min(5, Math.ceil(Math.sqrt(effect / top) * 5));
}

function cellWords(feature: string, start: string, value: DriftMatrixView['features'][number]['values'][number]): string {
  const where = `${feature}, ${day(start)}`;
  if (value === null) return `${where}, not tested`;
  return `${where}, effect ${measure(value.effect)}${value.alarming ? ', alarm' : ''}${value.words === undefined ? '' : `: ${value.words}`}`;
}
