import { Link } from '@tanstack/react-router';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/client.js';
import { CopyButton } from './copy.js';
import { Status } from './status.js';

/** An error as the service explained it: what, why, how to fix it, and where its trace is. */
export function ProblemNotice({ error, retry }: { error: Error; retry?: () => void }): ReactNode {
  const problem = error instanceof ApiProblem ? error.problem : undefined;
  const pending = problem?.status === 404;
  return (
    <div className={`notice ${pending ? 'watch' : 'bad'} stack tight`} role="alert">
      <div>
        <Status kind={pending ? 'unknown' : 'bad'}>{pending ? 'Not here' : 'Error'}</Status> {error.message}{' '}
        {pending ? <span className="quiet">It may not have arrived yet.</span> : null}
      </div>
      {problem?.why === undefined ? null : <div className="quiet">Why: {problem.why}</div>}
      {problem?.errors?.map(({ field, message }) => (
        <div key={field + message}>
          <code>{field}</code>: {message}
        </div>
      ))}
      {problem?.fix === undefined ? null : <div>Fix: {problem.fix}</div>}
      {problem === undefined ? null : (
        <div className="meta">
          <code>{problem.code}</code>
          {problem.requestId === '' ? null : <span>request {problem.requestId}</span>}
          {problem.traceId === undefined ? null : (
            <Link to="/traces/$id" params={{ id: problem.traceId }}>
              trace
            </Link>
          )}
          <CopyButton text={JSON.stringify(problem, null, 2)}>copy details</CopyButton>
        </div>
      )}
      {retry === undefined ? null : (
        <div>
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}
