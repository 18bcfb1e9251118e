/** Shapes that every REST answer shares. Times are RFC 3339 in UTC. */

/** A page of a list. `nextPageToken` is absent on the last one. */
export interface Page<T> {
  items: T[];
  nextPageToken?: string;
  /** When the answer was true. */
  asOf: string;
}

/** application/problem+json */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { field: string; message: string }[];
  why?: string;
  fix?: string;
  requestId: string;
  traceId?: string;
  retryable: boolean;
}
