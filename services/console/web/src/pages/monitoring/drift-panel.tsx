import type { DriftMatrixView, MonitorView } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';
import { Heatmap } from '../../charts/heatmap.js';
import { Panel } from '../../parts/panel.js';

const route = getRouteApi('/models/$name/monitoring');

/** Effect of every feature in every window. Distances are shown; alarms come from the tests. */
export function DriftPanel({ monitor }: { monitor: MonitorView }): ReactNode {
  const { feature, window } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath(`monitors/${monitor.id}/drift`, { limit: 60 });
  const query = useResource<DriftMatrixView>(path);
  return (
    <Panel
      title="Which inputs moved, since when, how far?"
      query={query}
      api={path}
      cli={`drawbridge monitor drift ${monitor.id}`}
      isEmpty={({ windows }) => windows.length === 0}
      empty={{
        text: 'No window has closed yet. Send predictions, and wait until their window is over.',
        command: 'drawbridge monitor --help',
      }}
    >
      {(matrix) => (
        <div className="stack tight">
          <p>{summary(matrix)}</p>
          <Heatmap
            matrix={matrix}
            selected={{ feature, window }}
            onSelect={(chosen, windowId) =>
              void navigate({
                search: (before) => ({ ...before, monitor: monitor.id, feature: chosen, window: windowId }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </div>
      )}
    </Panel>
  );
}

function summary({ windows, features }: DriftMatrixView): string {
  const alarming = windows.filter(({ verdict }) => verdict === 'alarming').length;
  const now = features.filter(({ values }) => values.at(-1)?.alarming === true).map(({ feature }) => feature);
  const rows = windows.reduce((sum, { n }) => sum + n, 0);
  return `${String(windows.length)} windows with ${rows.toLocaleString('en-GB')} rows, ${String(alarming)} alarming. In the newest window ${
    now.length === 0 ? 'nothing' : now.join(', ')
  } alarms.`;
}
