import { type ReactNode, useEffect } from 'react';

/** Title of a page and of the browser tab, with what stands beside it. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} · Drawbridge`;
  }, [title]);
  return (
    <div className="row spread">
      <h1>{title}</h1>
      {children === undefined ? null : <div className="row">{children}</div>}
    </div>
  );
}
