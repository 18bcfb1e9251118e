import type { ModelView, Page } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { FilterBar, optionsOf } from '../parts/filter-bar.js';
import { ModelLink, VersionLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { SortHeader } from '../parts/sort-header.js';
import { Time } from '../parts/time.js';
import { versionName } from '../parts/version-name.js';

const route = getRouteApi('/models');

/** Every model, a page at a time; the server filters and sorts. */
export function ModelsPage(): ReactNode {
  const { name, owner, risk, sort = 'name', page } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath('models', { name, owner, riskClass: risk, sort, pageToken: page });
  const query = useResource<Page<ModelView>>(path);
  const sorted = (next: string): void => void navigate({ search: (before) => ({ ...before, sort: next, page: undefined }) });
  return (
    <div className="stack">
      <PageHead title="Models" />
      <FilterBar
        fields={[
          { name: 'name', label: 'name holds' },
          { name: 'owner', label: 'owner' },
          { name: 'risk', label: 'risk', options: optionsOf('low', 'medium', 'high') },
        ]}
        values={{ name, owner, risk }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values, page: undefined }), replace: true })}
      />
      <Panel
        title="Which models are there?"
        query={query}
        cli="drawbridge model list"
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No model matches. A model is made by its first registration.', command: 'drawbridge version register --help' }}
      >
        {({ items, nextPageToken }) => (
          <>
            <div className="scroll" tabIndex={0} role="region" aria-label="models">
              <table className="table">
                <thead>
                  <tr>
                    <SortHeader field="name" sort={sort} onSort={sorted}>
                      name
                    </SortHeader>
                    <th scope="col">owner</th>
                    <th scope="col">risk</th>
                    <th scope="col">newest version</th>
                    <th scope="col" className="num">
                      versions
                    </th>
                    <th scope="col">aliases</th>
                    <SortHeader field="createdAt" sort={sort} onSort={sorted}>
                      created
                    </SortHeader>
                    <SortHeader field="updatedAt" sort={sort} onSort={sorted}>
                      changed
                    </SortHeader>
                  </tr>
                </thead>
                <tbody>
                  {items.map((model) => (
                    <tr key={model.id}>
                      <th scope="row">
                        <ModelLink name={model.name} />
                        <div className="quiet small">{model.description}</div>
                      </th>
                      <td>{model.owner}</td>
                      <td>{model.riskClass}</td>
                      <td>
                        {model.latestVersion === undefined ? (
                          'none'
                        ) : (
                          <VersionLink model={model.name} version={model.latestVersion} short />
                        )}
                      </td>
                      <td className="num">{model.versionCount}</td>
                      <td>
                        {Object.entries(model.aliases)
                          .map(([alias, version]) => `${alias} ${versionName(version)}`)
                          .join(', ')}
                      </td>
                      <td className="nowrap">
                        <Time at={model.createdAt} />
                      </td>
                      <td className="nowrap">
                        <Time at={model.updatedAt} />
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
