import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

export interface PagerProps {
  /** Token of the page shown; undefined on the first. */
  readonly current: string | undefined;
  readonly next: string | undefined;
  readonly go: (token: string | undefined) => void;
}

/** Pages by keyset: forward, and back to the first. The address holds the place, so the browser's back button works too. */
export function Pager({ current, next, go }: PagerProps): ReactNode {
  if (current === undefined && next === undefined) return null;
  return (
    <nav className="row" aria-label="pages of the list">
      <Button size="xs" variant="default" disabled={current === undefined} onClick={() => go(undefined)}>
        First page
      </Button>
      <Button size="xs" variant="default" disabled={next === undefined} onClick={() => go(next)}>
        Next page
      </Button>
    </nav>
  );
}
