import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { versionName } from './version-name.js';

export function ModelLink({ name }: { name: string }): ReactNode {
  return (
    <Link to="/models/$name" params={{ name }}>
      {name}
    </Link>
  );
}

export function VersionLink({ model, version, short = false }: { model: string; version: string; short?: boolean }): ReactNode {
  return (
    <Link to="/models/$name/versions/$version" params={{ name: model, version }}>
      {short ? versionName(version) : `${model} ${versionName(version)}`}
    </Link>
  );
}

export function DeploymentLink({ id, children }: { id: string; children: ReactNode }): ReactNode {
  return (
    <Link to="/deployments/$id" params={{ id }}>
      {children}
    </Link>
  );
}

/** The trace of something, where there is one. */
export function TraceLink({ id, children = 'trace' }: { id: string | undefined; children?: ReactNode }): ReactNode {
  if (id === undefined) return null;
  return (
    <Link to="/traces/$id" params={{ id }}>
      {children}
    </Link>
  );
}

export function EventLink({ id, children = 'event' }: { id: string | undefined; children?: ReactNode }): ReactNode {
  if (id === undefined || !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id)) return null;
  return (
    <Link to="/events/$id" params={{ id }}>
      {children}
    </Link>
  );
}
