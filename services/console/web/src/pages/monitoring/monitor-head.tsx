import type { MonitorView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { DeploymentLink, VersionLink } from '../../parts/links.js';
import { count, measure } from '../../parts/numbers.js';

/** What it compares with, and how much of a false alarm it may cost. */
export function MonitorHead({ monitor }: { monitor: MonitorView }): ReactNode {
  const { settings, baseline } = monitor;
  return (
    <p className="notice small">
      <VersionLink model={monitor.model} version={monitor.version} /> on {monitor.endpoint} ({monitor.variant}
      {monitor.weight === undefined ? '' : `, ${String(monitor.weight)} %`})
      {baseline === undefined ? '; no baseline, so that nothing can be judged' : ` against its baseline of ${count(baseline.n)} rows`}.
      Windows of {seconds(settings.windowSeconds)}, budget {settings.budget.atMost} false alarm per {settings.budget.per}, materiality{' '}
      {measure(settings.materiality)}, at least {count(settings.minRows)} rows, over after {settings.quietWindows} quiet windows.{' '}
      {monitor.deploymentId === undefined ? null : <DeploymentLink id={monitor.deploymentId}>deployment</DeploymentLink>}
    </p>
  );
}

function seconds(length: number): string {
  if (length % 86_400 === 0) return `${String(length / 86_400)} d`;
  if (length % 3600 === 0) return `${String(length / 3600)} h`;
  return length % 60 === 0 ? `${String(length / 60)} min` : `${String(length)} s`;
}
