import type { DistributionView, WindowView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { apiPath, segment } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';
import { DistributionOverlay } from '../../charts/distribution.js';
import { Facts } from '../../parts/facts.js';
import { count } from '../../parts/numbers.js';
import { Panel } from '../../parts/panel.js';
import { StateOf } from '../../parts/status.js';
import { Findings } from '../incident/findings.js';
import { SegmentsTable } from './segments-table.js';

/** One window: what was counted, what the tests said, and the distribution of the chosen feature. */
export function WindowPanel({ windowId, feature }: { windowId: string; feature: string | undefined }): ReactNode {
  const path = `/api/v1/windows/${segment(windowId)}`;
  const query = useResource<WindowView>(path);
  const shapes = useResource<{ items: DistributionView[] }>(apiPath(`windows/${segment(windowId)}/distributions`, { feature }));
  return (
    <div className="grid2">
      <Panel
        title={`How was ${feature ?? 'it'} distributed?`}
        query={shapes}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'It has no cells to compare.' }}
      >
        {({ items }) => (
          <div className="stack">
            {items.map((distribution) => (
              <DistributionOverlay key={distribution.feature} distribution={distribution} />
            ))}
          </div>
        )}
      </Panel>
      <Panel title="What was counted and tested?" query={query} api={path}>
        {({ window, verdict, features, skipped, notes, errors, segments }) => (
          <div className="stack">
            <Facts
              of={{
                window: `${window.start} to ${window.end}, revision ${String(window.revision)}`,
                verdict: <StateOf family="verdicts" value={verdict} />,
                rows: `n = ${count(window.n)}, expected ${window.expected === null ? 'n/a: the producer announces nothing' : count(window.expected)}`,
                'left out': `late ${String(window.late)}, deduplicated ${String(window.deduplicated)}, rejected ${String(window.rejected)}, errors ${String(errors)}`,
                'not tested': skipped.map(({ feature: name, reason }) => `${name}: ${reason}`).join('; '),
                notes: notes?.join(' '),
              }}
            />
            <Findings findings={features} />
            {segments === undefined ? null : <SegmentsTable segments={segments} />}
          </div>
        )}
      </Panel>
    </div>
  );
}
