import type { DeploymentView } from '@drawbridge/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { segment } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { TrafficBar } from '../charts/traffic-bar.js';
import { ActorName } from '../parts/actor.js';
import { Id } from '../parts/copy.js';
import { Facts } from '../parts/facts.js';
import { VersionLink } from '../parts/links.js';
import { InProject } from '../parts/in-project.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { Timeline } from '../parts/timeline.js';
import { Analyses, Guards } from './deployment/guards.js';
import { Steps } from './deployment/steps.js';
import { Verbs } from './deployment/verbs.js';
import { versionName } from '../parts/version-name.js';

const route = getRouteApi('/deployments/$id');

/** Who gets which version, which step is next, would it pass, how do I stop it? */
export function DeploymentPage(): ReactNode {
  const { id } = route.useParams();
  const path = `/api/v1/deployments/${segment(id)}`;
  const query = useResource<DeploymentView>(path, { refetchInterval: 10_000 });
  const { data } = query;
  return (
    <InProject project={data?.project}>
      <div className="stack">
        <PageHead title={data === undefined ? 'Deployment' : `${data.model} ${versionName(data.version)} on ${data.endpoint}`}>
          {data === undefined ? null : <StateOf family="deployments" value={data.status} />}
        </PageHead>
        <Panel title="Who gets which version?" query={query} cli={`drawbridge deployment get ${id}`} api={path}>
          {(deployment) => <Head deployment={deployment} />}
        </Panel>
        <Panel
          title="Would it pass? Candidate against stable in the same windows"
          query={query}
          isEmpty={({ analyses }) => analyses.length === 0}
          empty={{
            text: 'Nothing was judged yet: guards need a closed window of both versions.',
            command: `drawbridge deployment get ${id}`,
          }}
        >
          {({ analyses }) => <Guards analyses={analyses} />}
        </Panel>
        <div className="grid2">
          <Panel title="What happened?" query={query} isEmpty={({ timeline }) => timeline.length === 0} empty={{ text: 'Nothing yet.' }}>
            {({ timeline }) => <Timeline entries={timeline} />}
          </Panel>
          <Panel
            title="How was it judged before?"
            query={query}
            isEmpty={({ analyses }) => analyses.length === 0}
            empty={{ text: 'No analysis yet.' }}
          >
            {({ analyses }) => <Analyses analyses={analyses} />}
          </Panel>
        </div>
      </div>
    </InProject>
  );
}

function Head({ deployment }: { deployment: DeploymentView }): ReactNode {
  const { targets, status, model, version, from, endpoint, environment, statusReason, reasons } = deployment;
  const actual = targets.find((target) => target.version === version)?.weight ?? 0;
  return (
    <div className="stack">
      {statusReason === undefined ? null : (
        <p className={`notice ${status === 'promoted' ? 'ok' : status === 'progressing' ? '' : 'watch'}`}>{statusReason}</p>
      )}
      {reasons.length === 0 ? null : (
        <ul className="notice bad">
          {reasons.map((reason) => (
            <li key={reason} style={{ marginLeft: 16 }}>
              {reason}
            </li>
          ))}
        </ul>
      )}
      <TrafficBar shares={targets} />
      <Steps deployment={deployment} />
      <Verbs deployment={deployment} />
      <Facts
        of={{
          desired: desired(deployment),
          actual: `${versionName(version)} has ${String(actual)} % of the traffic`,
          version: <VersionLink model={model} version={version} />,
          before: from === undefined ? 'nothing: there is no version to go back to' : <VersionLink model={model} version={from} />,
          endpoint: (
            <Link to="/deployments" search={{ endpoint }}>
              {endpoint}
            </Link>
          ),
          environment,
          'asked by': (
            <>
              <ActorName actor={deployment.requestedBy} />, <Time at={deployment.createdAt} />
            </>
          ),
          id: <Id value={deployment.id} />,
        }}
      />
    </div>
  );
}

function desired({ status, strategy, step, version }: DeploymentView): string {
  const weight = strategy.steps[step]?.weight;
  if (status === 'promoted') return `${versionName(version)} alone`;
  if (status === 'progressing' || status === 'paused')
    return strategy.kind === 'direct' ? `${versionName(version)} alone` : `${versionName(version)} at ${String(weight ?? 0)} %`;
  return status === 'requested' ? 'waiting for the gate' : `${versionName(version)} gets nothing`;
}
