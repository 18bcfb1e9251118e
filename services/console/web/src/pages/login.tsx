import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { call } from '../api/client.js';
import { PageHead } from '../parts/page-head.js';
import { ProblemNotice } from '../parts/problem.js';

const route = getRouteApi('/login');

/** A link works once, so it is sent once: this page is mounted anew for a moment while it is left. */
const sent = new Set<string>();

/** In by the link that the start command printed, which works once, or by a key. */
export function LoginPage(): ReactNode {
  const { token, next } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [key, setKey] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async (credential: { token: string } | { key: string }): Promise<void> => {
    setBusy(true);
    try {
      await call('/auth/login', { method: 'POST', body: credential });
      queries.clear();
      await navigate({ href: inside(next), replace: true });
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    if (token === undefined || sent.has(token)) return;
    sent.add(token);
    void enter({ token });
  });
  return (
    <div className="stack" style={{ maxWidth: 520, margin: '8vh auto' }}>
      <PageHead title="Log in to Drawbridge" />
      {error === null ? null : <ProblemNotice error={error} />}
      {token !== undefined && busy ? <p role="status">Logging in with your link…</p> : null}
      <form
        className="panel"
        onSubmit={(event) => {
          event.preventDefault();
          void enter({ key: key.trim() });
        }}
      >
        <div className="panel-body stack" style={{ paddingTop: 14 }}>
          <TextInput
            label="API key"
            description="db_<id>_<secret>, as it was shown when it was made"
            type="password"
            autoComplete="current-password"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <div>
            <Button type="submit" loading={busy} disabled={key.trim() === ''}>
              Log in with the key
            </Button>
          </div>
        </div>
      </form>
      <p className="quiet">
        A new link is printed by <code>drawbridge login --link</code>.
      </p>
    </div>
  );
}

/** Only places of this site: never where an address from outside points. */
function inside(next: string | undefined): string {
  const { origin } = window.location;
  // Asked of the browser's own parser, which drops tabs and turns backslashes: a pattern would have to know all it does.
  if (next === undefined || !URL.canParse(next, origin)) return '/';
  const place = new URL(next, origin);
  const ours = place.origin === origin && !place.pathname.startsWith('//');
  return ours && place.pathname !== '/login' ? `${place.pathname}${place.search}${place.hash}` : '/';
}
