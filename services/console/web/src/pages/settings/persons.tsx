import type { Page, PersonView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { useResource } from '../../api/use-resource.js';
import { Panel } from '../../parts/panel.js';
import { Time } from '../../parts/time.js';

export function Persons(): ReactNode {
  const query = useResource<Page<PersonView>>('/api/v1/persons', { ofInstallation: true });
  return (
    <Panel
      title="Who works here?"
      query={query}
      api="/api/v1/persons"
      isEmpty={({ items }) => items.length === 0}
      empty={{ text: 'Nobody is known yet.' }}
    >
      {({ items }) => (
        <div className="scroll" tabIndex={0} role="region" aria-label="persons">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">name</th>
                <th scope="col">id</th>
                <th scope="col">roles</th>
                <th scope="col">since</th>
              </tr>
            </thead>
            <tbody>
              {items.map((person) => (
                <tr key={person.id}>
                  <th scope="row">{person.name}</th>
                  <td>
                    <code>{person.id}</code>
                  </td>
                  <td>{person.roles.join(', ')}</td>
                  <td>
                    <Time at={person.createdAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
