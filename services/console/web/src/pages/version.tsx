import type { ApprovalView, DecisionView, Page, VersionView } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath, segment } from '../api/client.js';
import type { StoredEvent } from '../api/console-views.js';
import { useResource } from '../api/use-resource.js';
import { ModelLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { StateOf, Status } from '../parts/status.js';
import { Changes } from './overview/changes.js';
import { ModelLineage } from './model/lineage.js';
import { ApprovalCard } from './version/approval-card.js';
import { Readiness } from './version/readiness.js';
import { RequestDeployment } from './version/request-deployment.js';
import { VersionFacts } from './version/version-facts.js';
import { versionName } from '../parts/version-name.js';

const route = getRouteApi('/models/$name/versions/$version');

/** May this go to production, what blocks it, who judged it, can I reproduce it? */
export function VersionPage(): ReactNode {
  const { name, version } = route.useParams();
  const own = `/api/v1/models/${segment(name)}/versions/${segment(version)}`;
  const view = useResource<VersionView>(own);
  const decisions = useResource<Page<DecisionView>>(apiPath('decisions', { model: name, version, limit: 20 }));
  const approvals = useResource<Page<ApprovalView>>(apiPath('approvals', { model: name, version, limit: 20 }));
  const events = useResource<Page<StoredEvent>>(
    view.data === undefined ? undefined : apiPath('events', { key: view.data.modelId, limit: 50 }),
  );
  return (
    <div className="stack">
      <PageHead title={`${name} ${versionName(version)}`}>
        <Standing approvals={approvals.data?.items ?? []} decisions={decisions.data?.items ?? []} />
        <ModelLink name={name} />
        <RequestDeployment model={name} version={version} />
      </PageHead>
      <div className="grid-wide">
        <Panel
          title="May it go to production?"
          query={decisions}
          cli={`drawbridge version get ${name}@${version}`}
          isEmpty={({ items }) => items.length === 0}
          empty={{
            text: 'No policy has judged it yet. That happens when it is registered.',
            command: `drawbridge version get ${name}@${version}`,
          }}
        >
          {({ items }) => <Readiness decisions={items} />}
        </Panel>
        <Panel
          title="Who judged it?"
          query={approvals}
          cli={`drawbridge approval list --model ${name}`}
          isEmpty={({ items }) => items.length === 0}
          empty={{ text: 'Nobody was asked: no policy wants a person for it, or it was refused before.' }}
        >
          {({ items }) => (
            <div className="stack">
              {items.map((approval) => (
                <ApprovalCard key={approval.id} approval={approval} />
              ))}
            </div>
          )}
        </Panel>
      </div>
      <Panel
        title="What is in it, and can it be reproduced?"
        query={view}
        api={own}
        cli={`drawbridge version get ${name}@${version} -o json`}
      >
        {(found) => <VersionFacts version={found} />}
      </Panel>
      <ModelLineage model={name} version={version} />
      <Panel
        title="What happened to it?"
        query={events}
        isEmpty={({ items }) => ofVersion(items, version).length === 0}
        empty={{ text: 'No event of it has arrived yet.' }}
      >
        {({ items }) => <Changes events={ofVersion(items, version)} />}
      </Panel>
    </div>
  );
}

function ofVersion(events: readonly StoredEvent[], version: string): StoredEvent[] {
  return events.filter(({ data }) => (data as { version?: unknown } | null)?.version === version);
}

function Standing({ approvals, decisions }: { approvals: readonly ApprovalView[]; decisions: readonly DecisionView[] }): ReactNode {
  const newest = approvals[0];
  if (newest !== undefined) return <StateOf family="approvals" value={newest.status} />;
  const decision = decisions[0];
  return decision === undefined ? <Status kind="unknown">Not judged yet</Status> : <StateOf family="verdicts" value={decision.verdict} />;
}
