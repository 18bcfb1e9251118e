import type { DecisionView, Page, PolicyView } from '@drawbridge/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath, segment } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { ActorName } from '../parts/actor.js';
import { CopyButton, Id } from '../parts/copy.js';
import { Facts } from '../parts/facts.js';
import { VersionLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';

const route = getRouteApi('/policies/$name');

/** What does it say, what did it say before, what did it decide? */
export function PolicyPage(): ReactNode {
  const { name } = route.useParams();
  const { version } = route.useSearch();
  const path = `/api/v1/policies/${segment(name)}/versions`;
  const query = useResource<Page<PolicyView>>(path);
  const shown = query.data?.items.find((policy) => String(policy.version) === version) ?? query.data?.items[0];
  const decisions = useResource<Page<DecisionView>>(apiPath('decisions', { limit: 50 }));
  const own = (items: readonly DecisionView[]): DecisionView[] => items.filter(({ policy }) => policy.name === name);
  return (
    <div className="stack">
      <PageHead title={`Policy ${name}`}>{shown === undefined ? null : <StateOf family="modes" value={shown.mode} />}</PageHead>
      <div className="grid-wide">
        <Panel title="What does it say?" query={query} api={path} cli={`drawbridge policy get ${name} --text`}>
          {({ items }) => (
            <div className="stack">
              <nav className="tabs" aria-label="versions of the policy">
                {items.map((policy) => (
                  <Link
                    key={policy.version}
                    to="/policies/$name"
                    params={{ name }}
                    search={{ version: String(policy.version) }}
                    {...{ 'aria-current': policy.version === shown?.version ? ('page' as const) : undefined }}
                  >
                    {name}@{policy.version}
                  </Link>
                ))}
              </nav>
              {shown === undefined ? null : <PolicyText policy={shown} />}
            </div>
          )}
        </Panel>
        <Panel
          title="What did it decide lately?"
          query={decisions}
          isEmpty={({ items }) => own(items).length === 0}
          empty={{ text: 'It was not asked among the newest decisions.' }}
        >
          {({ items }) => (
            <ul className="plain">
              {own(items).map((decision) => (
                <li key={decision.id}>
                  <StateOf family="verdicts" value={decision.verdict} /> <VersionLink model={decision.model} version={decision.version} />{' '}
                  <span className="quiet small">
                    <code>{decision.action}</code> by @{decision.policy.version}, <Time at={decision.at} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
    </div>
  );
}

function PolicyText({ policy }: { policy: PolicyView }): ReactNode {
  return (
    <>
      <Facts
        of={{
          'in force for': policy.environments.join(', '),
          published: (
            <>
              <Time at={policy.createdAt} /> by <ActorName actor={policy.createdBy} />
            </>
          ),
          digest: <Id value={policy.digest} />,
        }}
      />
      <pre className="notice document" tabIndex={0} role="region" aria-label="text of the policy">
        {policy.yaml}
      </pre>
      <p>
        <CopyButton text={policy.yaml}>copy the text</CopyButton>
      </p>
    </>
  );
}
