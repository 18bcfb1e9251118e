import { queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useProject } from '../app/project.js';
import { ApiProblem, call } from './client.js';

/** First segment of the path: what a live event makes stale. */
export function areaOf(path: string): string {
  return path.replace('/api/v1/', '').split(/[/?]/)[0] ?? '';
}

/** The answer of a path in a project; without one, of the installation. */
export function resource<T>(path: string, project?: string) {
  return queryOptions({
    queryKey: [areaOf(path), path, project],
    queryFn: ({ signal }) => call<T>(path, { signal, ...(project === undefined ? {} : { project }) }),
  });
}

export interface ResourceOptions {
  readonly refetchInterval?: number;
  /** The same in every project: who is logged in, how the services are. */
  readonly ofInstallation?: boolean;
}

/** The state of a path of the API in the project that is shown; waits while the path is not known. */
export function useResource<T>(
  path: string | undefined,
  { ofInstallation = false, ...options }: ResourceOptions = {},
): UseQueryResult<T, Error> {
  const project = useProject();
  return useQuery({ ...resource<T>(path ?? '', ofInstallation ? undefined : project), enabled: path !== undefined, ...options });
}

/** One retry where the service says that it makes sense. */
export function worthRetrying(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof ApiProblem && error.problem.retryable;
}
