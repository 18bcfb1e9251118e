import { queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ApiProblem, call } from './client.js';

/** First segment of the path: what a live event makes stale. */
export function areaOf(path: string): string {
  return path.replace('/api/v1/', '').split(/[/?]/)[0] ?? '';
}

export function resource<T>(path: string) {
  return queryOptions({
    queryKey: [areaOf(path), path],
    queryFn: ({ signal }) => call<T>(path, { signal }),
  });
}

/** The state of a path of the API; waits while the path is not known. */
export function useResource<T>(path: string | undefined, options: { refetchInterval?: number } = {}): UseQueryResult<T, Error> {
  return useQuery({ ...resource<T>(path ?? ''), enabled: path !== undefined, ...options });
}

/** One retry where the service says that it makes sense. */
export function worthRetrying(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof ApiProblem && error.problem.retryable;
}
