import type { ProjectView } from '@drawbridge/contracts';
import { NativeSelect } from '@mantine/core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { places } from './places.js';
import { useProject } from './project.js';

/** Which project the pages show. Another one begins at the list of the page: what is shown now need not exist there. */
export function ProjectSwitcher(): ReactNode {
  const project = useProject();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const found = useResource<{ items: ProjectView[] }>(apiPath('projects', { limit: 200 }), { ofInstallation: true });
  const names = (found.data?.items ?? []).map(({ name }) => name);
  const choices = names.includes(project) ? names : [project, ...names];
  const list = places.find(({ to }) => to === `/${path.split('/')[1] ?? ''}`)?.to ?? '/';
  return (
    <NativeSelect
      size="xs"
      aria-label="project"
      value={project}
      data={choices}
      onChange={(event) => void navigate({ to: list, search: { project: event.currentTarget.value } })}
    />
  );
}
