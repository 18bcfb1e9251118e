import type { DriftMatrixView, MonitorView } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { apiPath } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';
import { isBusy } from '../../app/shortcuts.js';
import { Heatmap } from '../../charts/heatmap.js';
import { Panel } from '../../parts/panel.js';

const route = getRouteApi('/models/$name/monitoring');

/** Effect of every feature in every window. Distances are shown; alarms come from the tests. */
export function DriftPanel({ monitor }: { monitor: MonitorView }): ReactNode {
  const { feature, window } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath(`monitors/${monitor.id}/drift`, { limit: 60 });
  const query = useResource<DriftMatrixView>(path);
  const select = (chosen: string | undefined, windowId: string): void =>
    void navigate({
      search: (before) => ({ ...before, monitor: monitor.id, feature: chosen, window: windowId }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Panel
      title="Which inputs moved, since when, how far?"
      query={query}
      api={path}
      cli={`drawbridge monitor drift ${monitor.id}`}
      isEmpty={({ windows }) => windows.length === 0}
      empty={{
        text: 'No window has closed yet. Send predictions, and wait until their window is over.',
        command: 'drawbridge predict --help',
      }}
    >
      {(matrix) => (
        <div className="stack tight">
          <WindowKeys matrix={matrix} selected={window} onSelect={(windowId) => select(feature ?? matrix.features[0]?.feature, windowId)} />
          <p>{summary(matrix)}</p>
          <Heatmap matrix={matrix} selected={{ feature, window }} onSelect={select} />
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

interface WindowKeysProps {
  readonly matrix: DriftMatrixView;
  readonly selected: string | undefined;
  readonly onSelect: (windowId: string) => void;
}

/** [ and ] go to the window before and after the one that is looked at. */
function WindowKeys({ matrix: { windows }, selected, onSelect }: WindowKeysProps): ReactNode {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isBusy(event)) return;
      const step = event.key === ']' ? 1 : event.key === '[' ? -1 : 0;
      const at = selected === undefined ? windows.length : windows.findIndex(({ id }) => id === selected);
      const next = windows[at + step];
      if (step !== 0 && next !== undefined) onSelect(next.id);
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  });
  return null;
}
