import { Button } from '@mantine/core';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSession } from '../api/session.js';
import { HelpDialog } from './help.js';
import { LiveState } from './live-state.js';
import { places } from './places.js';
import { ProjectSwitcher } from './project-switcher.js';
import { SearchDialog } from './search-dialog.js';
import { useShortcuts } from './shortcuts.js';

type Open = 'search' | 'help' | undefined;

/** Frame of every page: skip link, search, menu, live state. */
export function Shell(): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [open, setOpen] = useState<Open>();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useShortcuts({ search: () => setOpen('search'), help: () => setOpen('help') });
  useEffect(() => {
    // A new page begins at its top for keyboards and screen readers too.
    if (shown.current === path) return;
    shown.current = path;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
  if (path === '/login') {
    return (
      <main>
        <Outlet />
      </main>
    );
  }
  return (
    <div className="frame">
      <a className="skip" href="#content" onClick={() => main.current?.focus()}>
        Skip to the content
      </a>
      <header className="top">
        <Link to="/" className="brand">
          Drawbridge
        </Link>
        <ProjectSwitcher />
        <div className="grow">
          <button type="button" className="search-button" onClick={() => setOpen('search')}>
            <span>Search models, versions, ids, traces</span>
            <span>Ctrl K</span>
          </button>
        </div>
        <LiveState />
        <Who />
        <Button size="xs" variant="default" onClick={() => setOpen('help')}>
          Help ?
        </Button>
      </header>
      <nav className="side" aria-label="pages">
        <ul className="plain">
          {places.map(({ to, name, icon: Icon }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: to === '/' }}>
                <Icon size={16} aria-hidden="true" />
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      {open === 'search' ? <SearchDialog onClose={() => setOpen(undefined)} /> : null}
      {open === 'help' ? <HelpDialog onClose={() => setOpen(undefined)} /> : null}
    </div>
  );
}

function Who(): ReactNode {
  const session = useSession();
  if (session === undefined) return null;
  return (
    <Link to="/settings" title={`roles: ${session.roles.join(', ')}`}>
      {session.principal.name}
    </Link>
  );
}
