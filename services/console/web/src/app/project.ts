import { useSearch } from '@tanstack/react-router';
import type { Search } from './search-params.js';

/** Where everything is that names no project. */
export const defaultProject = 'default';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The project in the address, so that a link shows the same to everybody; absent, or no name of a project: `default`. */
export function projectParam({ project }: Search): { project?: string } {
  return typeof project === 'string' && NAME.test(project) ? { project } : {};
}

/** The project that the page shows. */
export function useProject(): string {
  return useSearch({ strict: false, select: ({ project }) => project ?? defaultProject });
}
