import type { IncidentView, Page } from '@drawbridge/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { FilterBar, optionsOf } from '../parts/filter-bar.js';
import { VersionLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';

const route = getRouteApi('/incidents');

/** What needed a person, and what needs one still? */
export function IncidentsPage(): ReactNode {
  const { status, severity, model, page } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath('incidents', { status, severity, model, pageToken: page });
  const query = useResource<Page<IncidentView>>(path);
  return (
    <div className="stack">
      <PageHead title="Incidents" />
      <FilterBar
        fields={[
          { name: 'status', label: 'status', options: optionsOf('open', 'acknowledged', 'mitigated', 'resolved') },
          { name: 'severity', label: 'severity', options: optionsOf('critical', 'high', 'medium', 'low') },
          { name: 'model', label: 'model' },
        ]}
        values={{ status, severity, model }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values, page: undefined }), replace: true })}
      />
      <Panel
        title="Incidents, newest first"
        query={query}
        cli="drawbridge incident list"
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No incident matches. One opens when a monitor alarms or a rollout is rolled back.', command: 'npm run demo' }}
      >
        {({ items, nextPageToken }) => (
          <>
            <div className="scroll" tabIndex={0} role="region" aria-label="incidents">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">status</th>
                    <th scope="col">severity</th>
                    <th scope="col">incident</th>
                    <th scope="col">affected</th>
                    <th scope="col">opened</th>
                    <th scope="col">resolved</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((incident) => (
                    <tr key={incident.id}>
                      <td>
                        <StateOf family="incidents" value={incident.status} />
                      </td>
                      <td>
                        <StateOf family="severities" value={incident.severity} />
                      </td>
                      <th scope="row">
                        <Link to="/incidents/$id" params={{ id: incident.id }}>
                          {incident.title}
                        </Link>
                        <div className="quiet small">{incident.summary}</div>
                      </th>
                      <td>
                        {incident.affected.map((each) => (
                          <div key={`${each.model}@${each.version ?? ''}${each.deploymentId ?? ''}`}>
                            {each.version === undefined ? each.model : <VersionLink model={each.model} version={each.version} />}
                          </div>
                        ))}
                      </td>
                      <td className="nowrap">
                        <Time at={incident.openedAt} />
                      </td>
                      <td className="nowrap">{incident.resolvedAt === undefined ? 'not yet' : <Time at={incident.resolvedAt} />}</td>
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
