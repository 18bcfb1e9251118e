import type { KeyView, Page } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { apiPath, segment } from '../../api/client.js';
import { useForbidden, useSession } from '../../api/session.js';
import { useAction } from '../../api/use-action.js';
import { useResource } from '../../api/use-resource.js';
import { ActionButton, Reasons } from '../../parts/action-button.js';
import { Pager } from '../../parts/pager.js';
import { Panel } from '../../parts/panel.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';
import { Status } from '../../parts/status.js';
import { Time } from '../../parts/time.js';
import { NewKey } from './new-key.js';

const route = getRouteApi('/settings');

/** Keys and sessions: never their text, except once when one is made. */
export function Keys(): ReactNode {
  const { page } = route.useSearch();
  const navigate = route.useNavigate();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<KeyView>();
  const revoke = useAction<void>();
  const session = useSession();
  const forbidden = useForbidden('keys.manage');
  const path = apiPath('keys', { pageToken: page, limit: 25 });
  const query = useResource<Page<KeyView>>(path, { ofInstallation: true });
  const close = (): void => {
    setRevoking(undefined);
    revoke.reset();
  };
  return (
    <>
      <Panel
        title="Which keys are there?"
        query={query}
        cli="drawbridge key list"
        api={path}
        extra={
          <ActionButton why={forbidden} onAct={() => setMaking(true)}>
            New key
          </ActionButton>
        }
      >
        {({ items, nextPageToken }) => (
          <>
            <Reasons of={[{ name: 'New key, Revoke', why: forbidden }]} />
            <div className="scroll" tabIndex={0} role="region" aria-label="keys">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">state</th>
                    <th scope="col">name</th>
                    <th scope="col">belongs to</th>
                    <th scope="col">roles</th>
                    <th scope="col">id</th>
                    <th scope="col">made</th>
                    <th scope="col">ends</th>
                    <th scope="col">revoke</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((key) => (
                    <tr key={key.keyId}>
                      <td>
                        <KeyState apiKey={key} />
                      </td>
                      <th scope="row">
                        {key.name} {key.keyId === session?.keyId ? <span className="tag">this session</span> : null}
                      </th>
                      <td>
                        {key.principal.name} <span className="quiet small">{key.principal.kind}</span>
                      </td>
                      <td>{key.roles.join(', ')}</td>
                      <td>
                        <code>{key.keyId}</code>
                      </td>
                      <td className="nowrap">
                        <Time at={key.createdAt} />
                      </td>
                      <td className="nowrap">{key.expiresAt === undefined ? 'never' : <Time at={key.expiresAt} />}</td>
                      <td>
                        <button
                          type="button"
                          className="link-button"
                          disabled={forbidden !== undefined || key.revokedAt !== undefined}
                          aria-label={`revoke ${key.name}`}
                          onClick={() => setRevoking(key)}
                        >
                          revoke
                        </button>
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
      {making ? <NewKey onClose={() => setMaking(false)} /> : null}
      {revoking === undefined ? null : (
        <ReasonDialog
          title={`Revoke ${revoking.name}`}
          effect={<p>It stops working everywhere at once, with the sessions that were opened with it.</p>}
          confirm="Revoke"
          danger
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() =>
            revoke.mutate(
              { path: `/api/v1/keys/${segment(revoking.keyId)}`, method: 'DELETE', done: `${revoking.name} revoked` },
              { onSuccess: close },
            )
          }
          onClose={close}
        />
      )}
    </>
  );
}

function KeyState({ apiKey }: { apiKey: KeyView }): ReactNode {
  if (apiKey.revokedAt !== undefined) return <Status kind="unknown">Revoked</Status>;
  if (apiKey.expiresAt !== undefined && Date.parse(apiKey.expiresAt) < Date.now()) return <Status kind="unknown">Expired</Status>;
  return <Status kind="ok">Active</Status>;
}
