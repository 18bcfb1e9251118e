import type { DetectionView } from '@drawbridge/contracts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { segment } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';
import { DistributionOverlay } from '../../charts/distribution.js';
import { Panel } from '../../parts/panel.js';
import { StateOf } from '../../parts/status.js';
import { Time } from '../../parts/time.js';
import type { DriftEvent } from './evidence-types.js';
import { Exemplars } from './exemplars.js';
import { Findings } from './findings.js';
import { versionName } from '../../parts/version-name.js';

const MOST_OVERLAYS = 6;

/** What one detection knew when it was made: findings, distributions and predictions that show it. */
export function DetectionEvidence({ detection }: { detection: DriftEvent }): ReactNode {
  const path = `/api/v1/detections/${segment(detection.detectionId)}`;
  const query = useResource<DetectionView>(path);
  return (
    <Panel
      title={`Evidence: ${versionName(detection.version)} (${detection.variant}), window of ${detection.window.start.slice(0, 10)}`}
      query={query}
      api={path}
      extra={<StateOf family="severities" value={detection.severity} />}
    >
      {(view) => (
        <div className="stack">
          <p className="quiet small">
            Kept as it was for the window that ended <Time at={view.openedAt} exact />. n = {view.window.n.toLocaleString('en-GB')}, late{' '}
            {view.window.late}, deduplicated {view.window.deduplicated}, rejected {view.window.rejected}.{' '}
            <Link to="/models/$name/monitoring" params={{ name: view.model }} search={{ monitor: view.monitorId, window: view.windowId }}>
              the monitor now
            </Link>
          </p>
          <h3>Reference against what came in</h3>
          {alarmingFirst(view).map((distribution) => (
            <DistributionOverlay key={distribution.feature} distribution={distribution} />
          ))}
          <Findings findings={view.features} />
          <Exemplars exemplars={view.exemplars} />
        </div>
      )}
    </Panel>
  );
}

/** Distributions of the features that moved, the furthest first. */
function alarmingFirst({ distributions, features }: DetectionView): DetectionView['distributions'] {
  const effect = (name: string): number => features.find(({ feature }) => feature === name)?.effect ?? 0;
  const alarming = new Set(features.filter((feature) => feature.alarming).map(({ feature }) => feature));
  const moved = distributions.filter(({ feature }) => alarming.has(feature));
  return (moved.length > 0 ? moved : distributions).toSorted((a, b) => effect(b.feature) - effect(a.feature)).slice(0, MOST_OVERLAYS);
}
