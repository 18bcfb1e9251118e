export interface Hit {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** Absent for what belongs to no project. */
  readonly project?: string;
}

/** Page of a thing, in its project. */
export function pathOf(hit: Hit): string {
  const path = pageOf(hit);
  if (hit.project === undefined) return path;
  return `${path}${path.includes('?') ? '&' : '?'}project=${encodeURIComponent(hit.project)}`;
}

function pageOf({ kind, id, name }: Hit): string {
  const [model = '', version = ''] = name.split('@');
  switch (kind) {
    case 'page':
      return id;
    case 'model':
      return `/models/${encodeURIComponent(name)}`;
    case 'approval':
      return `/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`;
    case 'monitor':
      return `/models/${encodeURIComponent(model)}/monitoring?monitor=${encodeURIComponent(id)}`;
    case 'endpoint':
      return `/deployments?endpoint=${encodeURIComponent(name)}`;
    case 'deployment':
    case 'incident':
    case 'event':
    case 'trace':
      return `/${kind}s/${encodeURIComponent(id)}`;
    default:
      return `/events?text=${encodeURIComponent(id)}`;
  }
}
