import { NativeSelect } from '@mantine/core';
import type { VersionView } from '@drawbridge/contracts';
import { type ReactNode, useMemo } from 'react';
import { Series } from '../../charts/series.js';
import { measure } from '../../parts/numbers.js';
import { versionName } from '../../parts/version-name.js';

export interface MetricsByVersionProps {
  readonly versions: readonly VersionView[];
  readonly metric: string | undefined;
  readonly onMetric: (metric: string) => void;
}

/** One metric over the versions, oldest first. */
export function MetricsByVersion({ versions, metric, onMetric }: MetricsByVersionProps): ReactNode {
  const names = useMemo(() => [...new Set(versions.flatMap((version) => Object.keys(version.metrics)))], [versions]);
  const shown = metric !== undefined && names.includes(metric) ? metric : (names.find((name) => name.includes('auc')) ?? names[0] ?? '');
  const ordered = useMemo(() => [...versions].reverse(), [versions]);
  const points = useMemo(
    () => ordered.map((version, index) => ({ x: index + 1, value: version.metrics[shown] ?? null })),
    [ordered, shown],
  );
  const label = useMemo(() => (x: number) => (ordered[x - 1] === undefined ? '' : versionName(ordered[x - 1]?.version ?? '')), [ordered]);
  return (
    <div className="stack tight">
      <div className="row">
        <NativeSelect size="xs" label="metric" value={shown} data={names} onChange={(event) => onMetric(event.currentTarget.value)} />
      </div>
      <Series points={points} label={`${shown} by version`} time={false} xLabel={label} height={200} />
      <p className="small">
        {ordered.map((version) => `${versionName(version.version)} ${measure(version.metrics[shown], 4)}`).join(', ')}
      </p>
    </div>
  );
}
