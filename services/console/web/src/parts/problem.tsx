import { Link } from '@tanstack/react-router';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/client.js';
import { CopyButton } from './copy.js';
import { Status, type StatusKind } from './status.js';

interface Face {
  readonly kind: StatusKind;
  readonly word: string;
  readonly look: 'watch' | 'bad';
}

const failure: Face = { kind: 'bad', word: 'Error', look: 'bad' };
/** What is no failure of anything: rights, and things that have not arrived. */
const faces: Readonly<Record<number, Face>> = {
  403: { kind: 'unknown', word: 'Not allowed', look: 'watch' },
  404: { kind: 'unknown', word: 'Not here', look: 'watch' },
};

/** An error as the service explained it: what, why, how to fix it, and where its trace is. */
export function ProblemNotice({ error, retry }: { error: Error; retry?: () => void }): ReactNode {
  const problem = error instanceof ApiProblem ? error.problem : undefined;
  const { kind, word, look } = faces[problem?.status ?? 0] ?? failure;
  return (
    <div className={`notice ${look} stack tight`} role="alert">
      <div>
        <Status kind={kind}>{word}</Status> {error.message}{' '}
        {problem?.status === 404 ? <span className="quiet">It may not have arrived yet.</span> : null}
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
