import { Button, Loader } from '@mantine/core';
import { useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { defaultProject, useProject } from '../app/project.js';
import { asOfText } from './as-of.js';
import { Boundary } from './boundary.js';
import { CopyButton } from './copy.js';
import { ProblemNotice } from './problem.js';

export interface Empty {
  readonly text: ReactNode;
  /** What would fill it. */
  readonly command?: string;
}

export interface PanelProps<T> {
  /** The question that the panel answers. */
  readonly title: string;
  readonly query: UseQueryResult<T, Error>;
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: Empty;
  /** The same on the command line. */
  readonly cli?: string;
  /** Path of the API behind it. */
  readonly api?: string;
  readonly extra?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** A part of a page that loads, may be empty, may fail and may grow stale, each of which it says. */
export function Panel<T>({ title, query, isEmpty, empty, cli, api, extra, children }: PanelProps<T>): ReactNode {
  const id = useId();
  const project = useProject();
  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <div className="meta">
          {extra}
          <AsOf query={query} />
          {cli === undefined ? null : <CopyButton text={inProject(cli, project)}>Copy as CLI</CopyButton>}
          {api === undefined ? null : <CopyButton text={curl(api, project)}>Copy as curl</CopyButton>}
        </div>
      </header>
      <div className="panel-body">
        <Boundary>
          <PanelBody query={query} isEmpty={isEmpty} empty={empty}>
            {children}
          </PanelBody>
        </Boundary>
      </div>
    </section>
  );
}

type BodyProps<T> = Pick<PanelProps<T>, 'query' | 'children'> & {
  readonly isEmpty: ((data: T) => boolean) | undefined;
  readonly empty: Empty | undefined;
};

function PanelBody<T>({ query, isEmpty, empty, children }: BodyProps<T>): ReactNode {
  const retry = (): void => void query.refetch();
  if (query.data === undefined) {
    if (query.error !== null) return <ProblemNotice error={query.error} retry={retry} />;
    return query.fetchStatus === 'idle' ? <p className="quiet">Nothing to show yet.</p> : <Waiting />;
  }
  return (
    <div className="stack">
      {query.error === null ? null : (
        <div className="stack tight">
          <p className="notice watch">Stale: this is the last answer; the newest attempt failed.</p>
          <ProblemNotice error={query.error} retry={retry} />
        </div>
      )}
      {isEmpty?.(query.data) === true ? <EmptyState empty={empty} /> : children(query.data)}
    </div>
  );
}

export function EmptyState({ empty }: { empty: Empty | undefined }): ReactNode {
  return (
    <div className="stack tight quiet">
      <p>{empty?.text ?? 'Nothing here yet.'}</p>
      {empty?.command === undefined ? null : (
        <p>
          <code>{empty.command}</code> <CopyButton text={empty.command} label={`copy ${empty.command}`} />
        </p>
      )}
    </div>
  );
}

const PATIENCE_MS = 300;

/** Nothing for the blink of an eye; then how long it has taken, and a way out. */
function Waiting(): ReactNode {
  const [elapsed, setElapsed] = useState(0);
  const queries = useQueryClient();
  useEffect(() => {
    const begun = Date.now();
    const timer = setInterval(() => setElapsed(Date.now() - begun), PATIENCE_MS);
    return () => clearInterval(timer);
  }, []);
  if (elapsed < PATIENCE_MS) return <p className="quiet">Loading…</p>;
  return (
    <div className="row quiet" role="status">
      <Loader size="xs" aria-hidden="true" />
      <span>Loading, {(elapsed / 1000).toFixed(1)} s</span>
      <Button size="compact-xs" variant="default" onClick={() => void queries.cancelQueries()}>
        Cancel
      </Button>
    </div>
  );
}

function AsOf({ query }: { query: UseQueryResult<unknown, Error> }): ReactNode {
  if (query.data === undefined) return null;
  const { asOf, lag } = (query.data ?? {}) as { readonly asOf?: unknown; readonly lag?: unknown };
  const at = typeof asOf === 'string' ? Date.parse(asOf) : query.dataUpdatedAt;
  return (
    <span title={new Date(at).toISOString()}>
      {asOfText(at, query.dataUpdatedAt)}
      {typeof lag === 'number' ? ` · lag ${lag.toLocaleString('en-GB')}` : ''}
      {query.isFetching ? ', reading again' : ''}
    </span>
  );
}

function curl(path: string, project: string): string {
  return `curl -H "Authorization: Bearer $DRAWBRIDGE_API_KEY" -H 'X-Drawbridge-Project: ${project}' '${location.origin}${path}'`;
}

/** The command as it stands, unless it would look in another project. */
function inProject(command: string, project: string): string {
  return project === defaultProject ? command : `${command} --project ${project}`;
}
