import type { IncidentView } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { segment } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { ActorName } from '../parts/actor.js';
import { Id } from '../parts/copy.js';
import { Facts } from '../parts/facts.js';
import { DeploymentLink, VersionLink } from '../parts/links.js';
import { InProject } from '../parts/in-project.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { Timeline } from '../parts/timeline.js';
import { AutomaticActions } from './incident/automatic-actions.js';
import { Because } from './incident/because.js';
import { DetectionEvidence } from './incident/detection-evidence.js';
import { evidenceOf } from './incident/evidence-types.js';
import { IncidentActions } from './incident/incident-actions.js';
import { LabelsSay } from './incident/labels-say.js';
import { Traffic } from './incident/traffic.js';

const route = getRouteApi('/incidents/$id');

/** Why did it fire, is it real, what was done, what next? */
export function IncidentPage(): ReactNode {
  const { id } = route.useParams();
  const path = `/api/v1/incidents/${segment(id)}`;
  const query = useResource<IncidentView>(path);
  const { data } = query;
  return (
    <InProject project={data?.project}>
      <div className="stack">
        <PageHead title={data?.title ?? 'Incident'}>
          {data === undefined ? null : (
            <>
              <StateOf family="incidents" value={data.status} />
              <span>
                severity <StateOf family="severities" value={data.severity} />
              </span>
            </>
          )}
        </PageHead>
        <Panel title="Why did it fire, and what was done?" query={query} cli={`drawbridge incident get ${id}`} api={path}>
          {(incident) => <Head incident={incident} />}
        </Panel>
        {data === undefined ? null : <Details incident={data} />}
      </div>
    </InProject>
  );
}

function Head({ incident }: { incident: IncidentView }): ReactNode {
  const evidence = evidenceOf(incident);
  return (
    <div className="grid-wide">
      <div className="stack">
        <Because evidence={evidence} summary={incident.summary} />
        <AutomaticActions evidence={evidence} timeline={incident.timeline} />
        <IncidentActions incident={incident} />
      </div>
      <Facts
        of={{
          opened: <Time at={incident.openedAt} exact />,
          resolved: incident.resolvedAt === undefined ? 'not yet' : <Time at={incident.resolvedAt} exact />,
          'taken by': incident.acknowledgedBy === undefined ? 'nobody yet' : <ActorName actor={incident.acknowledgedBy} />,
          affected: (
            <span className="row">
              {incident.affected.map((each) => (
                <span key={`${each.model}@${each.version ?? ''}${each.deploymentId ?? ''}`}>
                  {each.version === undefined ? each.model : <VersionLink model={each.model} version={each.version} />}{' '}
                  {each.deploymentId === undefined ? null : <DeploymentLink id={each.deploymentId}>deployment</DeploymentLink>}
                </span>
              ))}
            </span>
          ),
          id: <Id value={incident.id} />,
        }}
      />
    </div>
  );
}

function Details({ incident }: { incident: IncidentView }): ReactNode {
  const evidence = evidenceOf(incident);
  return (
    <div className="grid-wide">
      <div className="stack">
        {evidence.detections.map((detection) => (
          <DetectionEvidence key={detection.detectionId} detection={detection} />
        ))}
      </div>
      <div className="stack">
        <section className="panel" aria-labelledby="happened">
          <header>
            <h2 id="happened">What happened</h2>
            <span className="meta">deeds of the system in bold</span>
          </header>
          <div className="panel-body">
            <Timeline entries={incident.timeline} />
          </div>
        </section>
        <Traffic evidence={evidence} />
        {evidence.rollback === undefined ? null : <LabelsSay rollback={evidence.rollback} />}
      </div>
    </div>
  );
}
