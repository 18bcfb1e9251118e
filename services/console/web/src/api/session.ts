import { useResource } from './use-resource.js';

/** Who is logged in, and which roles grant which permission. */
export interface SessionView {
  readonly principal: { readonly kind: 'person' | 'machine'; readonly id: string; readonly name: string };
  readonly roles: readonly string[];
  readonly keyId: string;
  readonly expiresAt?: string;
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}

export function useSession(): SessionView | undefined {
  return useResource<SessionView>('/api/v1/platform/session', { ofInstallation: true }).data;
}

/** Why the caller may not, naming the roles that may; undefined when they may. */
export function useForbidden(permission: string): string | undefined {
  const session = useSession();
  if (session === undefined) return 'loading who you are';
  const may = session.permissions[permission] ?? [];
  if (session.roles.some((role) => may.includes(role))) return undefined;
  const people = may.filter((role) => role !== 'service');
  return `needs the role ${people.join(' or ')}; you have ${session.roles.join(', ') || 'none'}`;
}
