import { NativeSelect, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { call } from '../api/client.js';
import { useSession } from '../api/session.js';
import { ActionButton } from '../parts/action-button.js';
import { Id } from '../parts/copy.js';
import { Facts } from '../parts/facts.js';
import { PageHead } from '../parts/page-head.js';
import { type TimeStyle, Time, useTimeStyle } from '../parts/time.js';
import { Keys } from './settings/keys.js';
import { Persons } from './settings/persons.js';
import { WhoCanDo } from './settings/who-can-do.js';

/** Who am I, who else, with which keys, and how shall it look? */
export function SettingsPage(): ReactNode {
  return (
    <div className="stack">
      <PageHead title="Settings" />
      <div className="grid2">
        <WhoAmI />
        <Appearance />
      </div>
      <Keys />
      <Persons />
      <WhoCanDo />
    </div>
  );
}

function WhoAmI(): ReactNode {
  const session = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    await call('/auth/logout', { method: 'POST' });
    await navigate({ to: '/login' });
    queries.clear();
  };
  return (
    <section className="panel" aria-labelledby="who">
      <header>
        <h2 id="who">Who am I?</h2>
      </header>
      <div className="panel-body stack">
        {session === undefined ? null : (
          <Facts
            of={{
              name: session.principal.name,
              kind: session.principal.kind,
              id: <Id value={session.principal.id} />,
              roles: session.roles.join(', '),
              'session ends': session.expiresAt === undefined ? 'not by itself' : <Time at={session.expiresAt} />,
            }}
          />
        )}
        <div className="actions">
          <ActionButton why={undefined} onAct={() => void leave()}>
            Log out
          </ActionButton>
        </div>
      </div>
    </section>
  );
}

function Appearance(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [style, setStyle] = useTimeStyle();
  return (
    <section className="panel" aria-labelledby="look">
      <header>
        <h2 id="look">How shall it look?</h2>
      </header>
      <div className="panel-body row">
        <NativeSelect
          label="Colours"
          value={colorScheme}
          data={[
            { value: 'auto', label: 'as the system has it' },
            { value: 'light', label: 'light' },
            { value: 'dark', label: 'dark' },
          ]}
          onChange={(event) => setColorScheme(event.currentTarget.value as typeof colorScheme)}
        />
        <NativeSelect
          label="Times"
          value={style}
          data={[
            { value: 'relative', label: 'relative, 3 min ago' },
            { value: 'utc', label: 'UTC' },
            { value: 'local', label: 'local time' },
          ]}
          onChange={(event) => setStyle(event.currentTarget.value as TimeStyle)}
        />
      </div>
    </section>
  );
}
