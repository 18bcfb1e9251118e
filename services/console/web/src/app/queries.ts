import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/client.js';
import { worthRetrying } from '../api/use-resource.js';

/** Called when a service says that nobody is logged in. */
let loggedOut: () => void = () => undefined;

export function onLoggedOut(handler: () => void): void {
  loggedOut = handler;
}

/** Answers of the services as the pages hold them. Events make them stale; nothing else writes into them. */
export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiProblem && error.problem.status === 401) loggedOut();
    },
  }),
  defaultOptions: { queries: { staleTime: 5000, retry: worthRetrying, retryDelay: 500, refetchOnWindowFocus: true } },
});
