import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';

const SHOWN_MS = 8000;

const AnnounceContext = createContext<(text: string) => void>(() => undefined);

/** Says what happened, in a corner and to screen readers. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnounceContext);
}

export function Announcer({ children }: { children: ReactNode }): ReactNode {
  const [said, setSaid] = useState<{ text: string; at: number }>();
  const announce = useCallback((text: string) => setSaid({ text, at: Date.now() }), []);
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="announcer" role="status">
        {said === undefined ? null : <p key={said.at}>{said.text}</p>}
      </div>
    </AnnounceContext>
  );
}
