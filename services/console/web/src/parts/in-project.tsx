import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useProject } from '../app/project.js';

/**
 * A thing that is named by its id alone may be of another project than the address says, after a search or on a link without one. The
 * address follows it, so that everything beside it, and every link away from it, is of the same project.
 */
export function InProject({ project, children }: { project: string | undefined; children: ReactNode }): ReactNode {
  const shown = useProject();
  if (project === undefined || project === shown) return children;
  return <Navigate to="." search={(before) => ({ ...before, project })} replace />;
}
