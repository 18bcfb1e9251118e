import type { Page, PolicyView } from '@drawbridge/contracts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useResource } from '../api/use-resource.js';
import { defaultProject } from '../app/project.js';
import { ActorName } from '../parts/actor.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';

/** Which rules decide, and where are they in force? */
export function PoliciesPage(): ReactNode {
  const query = useResource<Page<PolicyView>>('/api/v1/policies');
  return (
    <div className="stack">
      <PageHead title="Policies" />
      <Panel
        title="Which rules decide?"
        query={query}
        cli="drawbridge policy list"
        api="/api/v1/policies"
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No policy is published: nothing can be deployed.', command: 'drawbridge policy publish --help' }}
      >
        {({ items }) => (
          <div className="scroll" tabIndex={0} role="region" aria-label="policies">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">policy</th>
                  <th scope="col">mode</th>
                  <th scope="col">environments</th>
                  <th scope="col">of</th>
                  <th scope="col">published</th>
                  <th scope="col">by</th>
                </tr>
              </thead>
              <tbody>
                {items.map((policy) => (
                  <tr key={policy.id}>
                    <th scope="row">
                      <Link to="/policies/$name" params={{ name: policy.name }}>
                        {policy.name}@{policy.version}
                      </Link>
                    </th>
                    <td>
                      <StateOf family="modes" value={policy.mode} />
                    </td>
                    <td>{policy.environments.join(', ')}</td>
                    <td>{policy.project === defaultProject ? 'the installation' : policy.project}</td>
                    <td>
                      <Time at={policy.createdAt} />
                    </td>
                    <td>
                      <ActorName actor={policy.createdBy} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </div>
  );
}
