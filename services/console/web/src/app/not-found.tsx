import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PageHead } from '../parts/page-head.js';

export function NotFoundPage(): ReactNode {
  return (
    <div className="stack">
      <PageHead title="No such page" />
      <p>
        Nothing lives at this address. Press <kbd>Ctrl K</kbd> to look for an id or a name, or go to the <Link to="/">overview</Link>.
      </p>
    </div>
  );
}
