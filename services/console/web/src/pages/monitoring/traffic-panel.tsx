import type { MonitorView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { Sparkline } from '../../charts/sparkline.js';
import { count, measure, percent } from '../../parts/numbers.js';
import { Panel } from '../../parts/panel.js';
import { StateOf } from '../../parts/status.js';
import { useWindows, windowsPath } from './windows-query.js';

/** How many, how fast, how often wrong. */
export function TrafficPanel({ monitor }: { monitor: MonitorView }): ReactNode {
  const query = useWindows(monitor);
  return (
    <Panel
      title="How many, how fast, how often wrong?"
      query={query}
      api={windowsPath(monitor)}
      isEmpty={({ items }) => items.length === 0}
      empty={{ text: 'No window yet.' }}
    >
      {({ items }) => (
        <div className="stack">
          <Sparkline values={items.map(({ window }) => window.n).toReversed()} of="predictions per window" />
          <div className="scroll" tabIndex={0} role="region" aria-label="traffic by window">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">window</th>
                  <th scope="col">state</th>
                  <th scope="col" className="num">
                    n
                  </th>
                  <th scope="col" className="num">
                    mean score
                  </th>
                  <th scope="col" className="num">
                    errors
                  </th>
                  <th scope="col" className="num">
                    p50 ms
                  </th>
                  <th scope="col" className="num">
                    p95 ms
                  </th>
                  <th scope="col" className="num">
                    p99 ms
                  </th>
                  <th scope="col" className="num">
                    timed n
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ id, window, status, verdict, prediction, errors, latency }) => (
                  <tr key={id}>
                    <th scope="row">{window.start.slice(0, 16)}</th>
                    <td>{status === 'open' ? 'open' : <StateOf family="verdicts" value={verdict} />}</td>
                    <td className="num">{count(window.n)}</td>
                    <td className="num">{measure(prediction?.mean)}</td>
                    <td className="num">{window.n === 0 ? '0' : percent(errors / window.n, 2)}</td>
                    <td className="num">{measure(latency?.p50Ms)}</td>
                    <td className="num">{measure(latency?.p95Ms)}</td>
                    <td className="num">{measure(latency?.p99Ms)}</td>
                    <td className="num">{count(latency?.n ?? 0)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Panel>
  );
}
