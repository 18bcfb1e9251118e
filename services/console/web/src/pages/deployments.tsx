import type { DeploymentView, EndpointView, Page } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { TrafficBar } from '../charts/traffic-bar.js';
import { ActorName } from '../parts/actor.js';
import { FilterBar, optionsOf } from '../parts/filter-bar.js';
import { DeploymentLink, ModelLink, VersionLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { versionName } from '../parts/version-name.js';

const route = getRouteApi('/deployments');
const statuses = ['requested', 'blocked', 'progressing', 'paused', 'promoted', 'aborted', 'rolledback', 'failed', 'superseded'];

/** Where do models serve, and what became of every request to change that? */
export function DeploymentsPage(): ReactNode {
  const { endpoint, model, status, page } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath('deployments', { endpoint, model, status, pageToken: page });
  const query = useResource<Page<DeploymentView>>(path);
  const endpoints = useResource<Page<EndpointView>>(apiPath('endpoints', { model }));
  return (
    <div className="stack">
      <PageHead title="Deployments" />
      <FilterBar
        fields={[
          { name: 'endpoint', label: 'endpoint' },
          { name: 'model', label: 'model' },
          { name: 'status', label: 'status', options: optionsOf(...statuses) },
        ]}
        values={{ endpoint, model, status }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values, page: undefined }), replace: true })}
      />
      <Panel
        title="Who gets which version?"
        query={endpoints}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'There is no endpoint yet.', command: 'drawbridge deployment create --help' }}
      >
        {({ items }) => (
          <ul className="plain stack">
            {items
              .filter(({ name }) => endpoint === undefined || name === endpoint)
              .map((each) => (
                <li key={each.id}>
                  <p>
                    <strong>{each.name}</strong> <span className="quiet">{each.environment}</span> <ModelLink name={each.model} />
                  </p>
                  <TrafficBar shares={each.targets} />
                </li>
              ))}
          </ul>
        )}
      </Panel>
      <Panel
        title="Deployments"
        query={query}
        cli="drawbridge deployment list"
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No deployment matches.', command: 'drawbridge deployment create --help' }}
      >
        {({ items, nextPageToken }) => (
          <>
            <div className="scroll" tabIndex={0} role="region" aria-label="deployments">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">status</th>
                    <th scope="col">deployment</th>
                    <th scope="col">model</th>
                    <th scope="col">from</th>
                    <th scope="col">why</th>
                    <th scope="col">by</th>
                    <th scope="col">changed</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((each) => (
                    <tr key={each.id}>
                      <td>
                        <StateOf family="deployments" value={each.status} />
                      </td>
                      <th scope="row">
                        <DeploymentLink id={each.id}>
                          {versionName(each.version)} on {each.endpoint}
                        </DeploymentLink>
                      </th>
                      <td>
                        <VersionLink model={each.model} version={each.version} />
                      </td>
                      <td>{each.from === undefined ? 'nothing' : versionName(each.from)}</td>
                      <td>{each.statusReason ?? each.reasons.join('; ')}</td>
                      <td>
                        <ActorName actor={each.requestedBy} />
                      </td>
                      <td className="nowrap">
                        <Time at={each.updatedAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager
              current={page}
              next={nextPageToken}
              go={(token) => void navigate({ search: (before) => ({ ...before, page: token }) })}
            />
          </>
        )}
      </Panel>
    </div>
  );
}
