import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useAnnounce } from '../app/announcer.js';
import { useProject } from '../app/project.js';
import { call, type CallOptions } from './client.js';

export interface Action {
  readonly path: string;
  readonly method?: CallOptions['method'];
  readonly body?: unknown;
  /** Said when it is done. */
  readonly done: string;
}

/** Does a write, says what came of it, and reads everything on the page again. */
export function useAction<T>(): UseMutationResult<T, Error, Action> {
  const queries = useQueryClient();
  const announce = useAnnounce();
  const project = useProject();
  return useMutation({
    mutationFn: ({ path, method = 'POST', body }: Action) => call<T>(path, { method, body, project }),
    onSuccess: async (_answer, { done }) => {
      announce(done);
      await queries.invalidateQueries();
    },
  });
}
