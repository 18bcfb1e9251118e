import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FleetRow, MonitorSummary } from '../../api/console-views.js';
import { Sparkline } from '../../charts/sparkline.js';
import { DeploymentLink, ModelLink, VersionLink } from '../../parts/links.js';
import { measure } from '../../parts/numbers.js';
import { StateOf, Status } from '../../parts/status.js';

/** One row per endpoint: who serves, what moves, and how it is. */
export function Fleet({ rows }: { rows: readonly FleetRow[] }): ReactNode {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="endpoints">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">endpoint</th>
            <th scope="col">model</th>
            <th scope="col">serving</th>
            <th scope="col">rollout</th>
            <th scope="col">drift</th>
            <th scope="col">performance</th>
            <th scope="col" className="num">
              p95
            </th>
            <th scope="col">traffic</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <FleetLine key={row.endpoint} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FleetLine({ row }: { row: FleetRow }): ReactNode {
  const { endpoint, environment, model, targets, rollout, monitors, traffic } = row;
  const serving = new Set(targets.map(({ version }) => version));
  const watched = monitors.filter(({ version }) => serving.has(version));
  return (
    <tr>
      <th scope="row">
        <Link to="/deployments" search={{ endpoint }}>
          {endpoint}
        </Link>
        <div className="quiet small">{environment}</div>
      </th>
      <td>
        <ModelLink name={model} />
      </td>
      <td>
        {targets.length === 0 ? <span className="quiet">nothing yet</span> : null}
        {targets.map(({ version, weight, variant }) => (
          <div key={version}>
            <VersionLink model={model} version={version} short /> {weight} % <span className="quiet small">{variant}</span>
          </div>
        ))}
      </td>
      <td>
        <Rollout rollout={rollout} />
      </td>
      <td>
        <Link to="/models/$name/monitoring" params={{ name: model }}>
          <Drift monitors={watched} />
        </Link>
      </td>
      <td>
        <Performance monitors={watched} />
      </td>
      <td className="num">{latency(watched)}</td>
      <td>
        <Sparkline values={traffic} of={`predictions per window of ${endpoint}`} />
      </td>
    </tr>
  );
}

function Rollout({ rollout }: Pick<FleetRow, 'rollout'>): ReactNode {
  if (rollout === null) return <span className="quiet">none</span>;
  const moving = rollout.status === 'progressing' || rollout.status === 'paused';
  return (
    <DeploymentLink id={rollout.deploymentId}>
      <StateOf family="deployments" value={rollout.status} />
      {moving && rollout.steps > 0 ? (
        <div className="small">
          step {rollout.step + 1} of {rollout.steps}
        </div>
      ) : null}
    </DeploymentLink>
  );
}

function Drift({ monitors }: { monitors: readonly MonitorSummary[] }): ReactNode {
  const alarm = monitors.find((monitor) => monitor.alarm != null)?.alarm;
  if (alarm != null) {
    return (
      <>
        <Status kind="bad">Breached</Status>
        <div className="small">{alarm.features.slice(0, 3).join(', ')}</div>
      </>
    );
  }
  if (monitors.some((monitor) => monitor.stalled != null)) return <Status kind="unknown">No data</Status>;
  const judged = monitors.filter((monitor) => monitor.lastWindow !== undefined);
  if (judged.length === 0) return <Status kind="unknown">Not judged yet</Status>;
  const verdicts = new Set(judged.map(({ lastWindow }) => lastWindow?.verdict ?? 'unjudged'));
  if (verdicts.has('alarming')) return <Status kind="watch">Watching</Status>;
  return verdicts.has('quiet') ? <Status kind="ok">Healthy</Status> : <Status kind="unknown">Too few rows</Status>;
}

function Performance({ monitors }: { monitors: readonly MonitorSummary[] }): ReactNode {
  const measured = monitors.find(({ performance }) => performance !== undefined)?.performance;
  const metric = measured?.metrics.find(({ metric: name }) => name === 'auc') ?? measured?.metrics[0];
  if (metric === undefined) return <span className="quiet small">n/a, labels have not arrived</span>;
  return (
    <span>
      {metric.metric} {measure(metric.value)}
    </span>
  );
}

function latency(monitors: readonly MonitorSummary[]): ReactNode {
  const values = monitors.map(({ lastWindow }) => lastWindow?.p95Ms).filter((value): value is number => typeof value === 'number');
  return values.length === 0 ? <span className="quiet">n/a</span> : `${measure(Math.max(...values))} ms`;
}
