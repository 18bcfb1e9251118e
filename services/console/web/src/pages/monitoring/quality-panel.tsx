import type { MonitorView, WindowView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { count, percent } from '../../parts/numbers.js';
import { Panel } from '../../parts/panel.js';
import { Status } from '../../parts/status.js';
import { useWindows, windowsPath } from './windows-query.js';

type Quality = WindowView['quality'][number];
const kinds = ['missing', 'invalid', 'unseen', 'outOfRange'] as const;

/** Is the data clean: what was missing, of the wrong type, never seen before or out of range. */
export function QualityPanel({ monitor }: { monitor: MonitorView }): ReactNode {
  const query = useWindows(monitor);
  return (
    <Panel
      title="Is the data clean?"
      query={query}
      api={windowsPath(monitor)}
      isEmpty={({ items }) => closed(items).length === 0}
      empty={{ text: 'No window has closed yet.' }}
    >
      {({ items }) => (
        <div className="stack">
          <p className="quiet small">The newest window, with the highest share of the last {closed(items).length} windows beside it.</p>
          <div className="scroll" tabIndex={0} role="region" aria-label="data quality by feature">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">feature</th>
                  <th scope="col">state</th>
                  <th scope="col" className="num">
                    missing
                  </th>
                  <th scope="col" className="num">
                    of the wrong type
                  </th>
                  <th scope="col" className="num">
                    never seen
                  </th>
                  <th scope="col" className="num">
                    out of range
                  </th>
                </tr>
              </thead>
              <tbody>
                {(closed(items)[0]?.quality ?? []).map((now) => (
                  <QualityRow key={now.feature} now={now} all={closed(items)} />
                ))}
              </tbody>
            </table>
          </div>
          <Dropped windows={closed(items)} />
        </div>
      )}
    </Panel>
  );
}

function closed(windows: readonly WindowView[]): WindowView[] {
  return windows.filter(({ status }) => status === 'closed');
}

function QualityRow({ now, all }: { now: Quality; all: readonly WindowView[] }): ReactNode {
  const history = all.flatMap(({ quality }) => quality.filter(({ feature }) => feature === now.feature));
  return (
    <tr>
      <th scope="row">{now.feature}</th>
      <td>{kinds.every((kind) => now[kind] === 0) ? <Status kind="ok">Clean</Status> : <Status kind="watch">Watch</Status>}</td>
      {kinds.map((kind) => (
        <td key={kind} className="num">
          {percent(now[kind], 2)} <span className="quiet small">max {percent(Math.max(0, ...history.map((each) => each[kind])), 2)}</span>
        </td>
      ))}
    </tr>
  );
}

function Dropped({ windows }: { windows: readonly WindowView[] }): ReactNode {
  const sum = (pick: (window: WindowView) => number): string => count(windows.reduce((total, window) => total + pick(window), 0));
  return (
    <p className="small">
      In these windows: late {sum(({ window }) => window.late)}, deduplicated {sum(({ window }) => window.deduplicated)}, rejected{' '}
      {sum(({ window }) => window.rejected)}.
    </p>
  );
}
