import { Button } from '@mantine/core';
import { type ReactNode, useId } from 'react';

export interface ActionButtonProps {
  readonly children: ReactNode;
  /** Why it cannot be done now; the button stays visible and says so. */
  readonly why: string | undefined;
  readonly onAct: () => void;
  readonly look?: 'filled' | 'default';
  readonly danger?: boolean;
  readonly busy?: boolean;
}

/** A button that is never hidden: when it may not be used it can still be reached and tells why. */
export function ActionButton({ children, why, onAct, look = 'default', danger = false, busy = false }: ActionButtonProps): ReactNode {
  const id = useId();
  const off = why !== undefined;
  return (
    <>
      <Button
        size="sm"
        variant={look}
        {...(danger ? { color: 'red' } : {})}
        loading={busy}
        data-disabled={off || undefined}
        aria-disabled={off}
        {...(off ? { 'aria-describedby': id, title: why } : {})}
        onClick={(event) => {
          if (off) event.preventDefault();
          else onAct();
        }}
      >
        {children}
      </Button>
      {off ? (
        <span id={id} className="hidden">
          not available: {why}
        </span>
      ) : null}
    </>
  );
}

/** Says in the open why actions are off; reasons that several share are told once. */
export function Reasons({ of }: { of: readonly { readonly name: string; readonly why: string | undefined }[] }): ReactNode {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of of) if (why !== undefined) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  if (byReason.size === 0) return null;
  return (
    <ul className="plain reasons">
      {[...byReason].map(([why, names]) => (
        <li key={why}>
          <span className="strong">{names.join(', ')}</span>: {why}
        </li>
      ))}
    </ul>
  );
}
