import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useResource } from '../api/use-resource.js';
import type { OverviewView } from '../api/console-views.js';
import { EmptyState, Panel } from '../parts/panel.js';
import { PageHead } from '../parts/page-head.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { Changes } from './overview/changes.js';
import { Fleet } from './overview/fleet.js';
import { PlatformStrip } from './overview/platform-strip.js';

/** Is anything wrong now, what changed, what waits for me, is the platform healthy? */
export function OverviewPage(): ReactNode {
  const query = useResource<OverviewView>('/api/v1/overview', { refetchInterval: 30_000 });
  return (
    <div className="stack">
      <PageHead title="Overview" />
      <Panel
        title={`Needs attention${query.data === undefined ? '' : ` (${String(query.data.attention.length)})`}`}
        query={query}
        api="/api/v1/overview"
        cli="drawbridge status"
      >
        {({ attention }) => <AttentionList items={attention} />}
      </Panel>
      <Panel
        title="What serves where?"
        query={query}
        isEmpty={({ fleet }) => fleet.length === 0}
        empty={{ text: 'No endpoint serves a model yet. The story of the demonstration fills this page.', command: 'npm run demo' }}
      >
        {({ fleet }) => <Fleet rows={fleet} />}
      </Panel>
      <div className="grid-wide">
        <Panel
          title="What changed?"
          query={query}
          isEmpty={({ changes }) => changes.length === 0}
          empty={{ text: 'Nothing has happened yet.', command: 'npm run demo' }}
        >
          {({ changes }) => <Changes events={changes} />}
        </Panel>
        <PlatformStrip />
      </div>
    </div>
  );
}

function AttentionList({ items }: { items: OverviewView['attention'] }): ReactNode {
  if (items.length === 0) return <EmptyState empty={{ text: 'Nothing waits for you and nothing is out of bounds.' }} />;
  return (
    <div className="scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">state</th>
            <th scope="col">what</th>
            <th scope="col">why</th>
            <th scope="col">since</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.link + item.detail}>
              <td>
                <StateOf family="attention" value={item.level} />
              </td>
              <td>
                <Link to={item.link}>{item.title}</Link>
              </td>
              <td>{item.detail}</td>
              <td className="nowrap">
                <Time at={item.since} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
