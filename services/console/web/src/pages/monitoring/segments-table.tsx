import type { SegmentFinding } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { count, interval, measure, percent } from '../../parts/numbers.js';

/** The segments of one window, the one furthest from the baseline first. */
export function SegmentsTable({ segments }: { segments: readonly SegmentFinding[] }): ReactNode {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="segments of the window">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">segment</th>
            <th scope="col" className="num">
              rows
            </th>
            <th scope="col" className="num">
              errors
            </th>
            <th scope="col" className="num">
              mean score
            </th>
            <th scope="col">furthest from the baseline</th>
            <th scope="col" className="num">
              effect
            </th>
          </tr>
        </thead>
        <tbody>
          {segments.map(({ key, value, n, errors, prediction, worst }) => (
            <tr key={`${key}:${value}`}>
              <th scope="row">
                {key} {value}
              </th>
              <td className="num">{count(n)}</td>
              <td className="num">{n === 0 ? 'n/a' : percent(errors / n)}</td>
              <td className="num">{measure(prediction?.mean)}</td>
              <td className="small">{worst === undefined ? 'too few rows to compare' : `${worst.feature}: ${worst.words}`}</td>
              <td className="num">
                {measure(worst?.effect)}
                <div className="quiet small">{interval(worst?.interval)}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
