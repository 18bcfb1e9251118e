import type { DeploymentView, EndpointView, ModelView, Page, VersionView } from '@drawbridge/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { apiPath, segment } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { Facts } from '../parts/facts.js';
import { FilterBar } from '../parts/filter-bar.js';
import { DeploymentLink, VersionLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { ModelLineage } from './model/lineage.js';
import { VersionTable } from './model/version-table.js';
import { versionName } from '../parts/version-name.js';

const route = getRouteApi('/models/$name');
const MetricsByVersion = lazy(() => import('./model/metrics-by-version.js').then((part) => ({ default: part.MetricsByVersion })));

/** Which version serves where, how did quality move, where did it come from? */
export function ModelPage(): ReactNode {
  const { name } = route.useParams();
  const { filter, page, metric } = route.useSearch();
  const navigate = route.useNavigate();
  const own = `/api/v1/models/${segment(name)}`;
  const model = useResource<ModelView>(own);
  const versionsPath = `${own}/${apiPath('versions', { filter, pageToken: page }).replace('/api/v1/', '')}`;
  const versions = useResource<Page<VersionView>>(versionsPath);
  const endpoints = useResource<Page<EndpointView>>(apiPath('endpoints', { model: name }));
  const deployments = useResource<Page<DeploymentView>>(apiPath('deployments', { model: name, limit: 20 }));
  return (
    <div className="stack">
      <PageHead title={name}>
        <Link to="/models/$name/monitoring" params={{ name }}>
          Monitoring
        </Link>
        <Link to="/incidents" search={{ model: name }}>
          Incidents
        </Link>
        <Link to="/events" search={{ text: name }}>
          Events
        </Link>
      </PageHead>
      <div className="grid2">
        <Panel
          title="Serving now"
          query={endpoints}
          isEmpty={({ items }) => items.length === 0}
          empty={{ text: 'No endpoint serves it.', command: `drawbridge deployment create --help` }}
        >
          {({ items }) => (
            <ul className="plain">
              {items.map((endpoint) => (
                <li key={endpoint.id}>
                  <Link to="/deployments" search={{ endpoint: endpoint.name }}>
                    {endpoint.name}
                  </Link>{' '}
                  <span className="quiet">{endpoint.environment}</span>: {endpoint.targets.length === 0 ? 'nothing yet' : null}
                  {endpoint.targets.map(({ version, weight, variant }) => (
                    <span key={version}>
                      <VersionLink model={name} version={version} short /> {weight} % {variant}{' '}
                    </span>
                  ))}
                </li>
              ))}
            </ul>
          )}
        </Panel>
        <Panel title="Who owns it?" query={model} cli={`drawbridge model get ${name}`} api={own}>
          {(view) => (
            <Facts
              of={{
                owner: view.owner,
                risk: view.riskClass,
                about: view.description,
                aliases: Object.entries(view.aliases)
                  .map(([alias, version]) => `${alias} → ${versionName(version)}`)
                  .join(', '),
                tags: Object.entries(view.tags)
                  .map(([key, value]) => `${key}=${value}`)
                  .join(', '),
                created: <Time at={view.createdAt} />,
              }}
            />
          )}
        </Panel>
      </div>
      <FilterBar
        fields={[{ name: 'filter', label: "versions, e.g. metric.auc>=0.7 and tag.team='risk'" }]}
        values={{ filter }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values, page: undefined }), replace: true })}
      />
      <Panel
        title="Versions"
        query={versions}
        api={versionsPath}
        cli={`drawbridge version list ${name}`}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No version matches.', command: 'drawbridge version register --help' }}
      >
        {({ items, nextPageToken }) => (
          <>
            <VersionTable versions={items} endpoints={endpoints.data?.items ?? []} />
            <Pager
              current={page}
              next={nextPageToken}
              go={(token) => void navigate({ search: (before) => ({ ...before, page: token }) })}
            />
          </>
        )}
      </Panel>
      <Panel
        title="How did quality move by version?"
        query={versions}
        isEmpty={({ items }) => items.every(({ metrics }) => Object.keys(metrics).length === 0)}
        empty={{ text: 'No version carries metrics.' }}
      >
        {({ items }) => (
          <Suspense fallback={<p className="quiet">Loading the chart…</p>}>
            <MetricsByVersion
              versions={items}
              metric={metric}
              onMetric={(next) => void navigate({ search: (before) => ({ ...before, metric: next }), replace: true })}
            />
          </Suspense>
        )}
      </Panel>
      <ModelLineage model={name} version={model.data?.latestVersion} />
      <Panel
        title="Deployments"
        query={deployments}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'It was never deployed.' }}
        cli={`drawbridge deployment list --model ${name}`}
      >
        {({ items }) => (
          <ul className="plain">
            {items.map((each) => (
              <li key={each.id}>
                <StateOf family="deployments" value={each.status} />{' '}
                <DeploymentLink id={each.id}>
                  {versionName(each.version)} on {each.endpoint}
                </DeploymentLink>{' '}
                <span className="quiet">
                  <Time at={each.updatedAt} /> {each.statusReason}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}
