import type { ReactNode } from 'react';
import { useSession } from '../../api/session.js';

const columns = ['viewer', 'operator', 'approver', 'auditor', 'admin', 'producer'];

/** Which role grants what, as the services decide it. */
export function WhoCanDo(): ReactNode {
  const session = useSession();
  if (session === undefined) return null;
  return (
    <section className="panel" aria-labelledby="matrix">
      <header>
        <h2 id="matrix">Who can do what?</h2>
      </header>
      <div className="panel-body scroll" tabIndex={0} role="region" aria-labelledby="matrix">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">permission</th>
              {columns.map((role) => (
                <th key={role} scope="col">
                  {role}
                  {session.roles.includes(role) ? ' (you)' : ''}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(session.permissions).map(([permission, roles]) => (
              <tr key={permission}>
                <th scope="row">
                  <code>{permission}</code>
                </th>
                {columns.map((role) => (
                  <td key={role}>{roles.includes(role) ? 'yes' : <span className="quiet">no</span>}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
