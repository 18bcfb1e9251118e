/** Roles and what each may do. A route names one permission; the guard denies whatever is not granted here. */

export const roles = ['viewer', 'operator', 'approver', 'auditor', 'admin', 'producer', 'service'] as const;
export type Role = (typeof roles)[number];

export const permissions = {
  'models.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'producer', 'service'],
  'models.write': ['operator', 'admin', 'service'],
  'artifacts.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'producer', 'service'],
  'artifacts.write': ['operator', 'admin', 'service'],
  'deployments.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'producer', 'service'],
  'deployments.write': ['operator', 'admin', 'service'],
  'monitors.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'service'],
  'monitors.write': ['operator', 'admin', 'service'],
  'governance.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'service'],
  'approvals.decide': ['approver', 'admin'],
  'policies.write': ['admin'],
  'incidents.write': ['operator', 'admin', 'service'],
  'keys.manage': ['admin'],
  'audit.read': ['auditor', 'admin', 'service'],
  'events.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'service'],
  'deadletters.manage': ['operator', 'admin'],
  'predictions.write': ['producer', 'operator', 'admin', 'service'],
  /** Give an event time and a prediction id of one's own to the infer route. */
  'predictions.backdate': ['producer', 'service'],
  'predictions.infer': ['viewer', 'producer', 'operator', 'admin', 'service'],
  'traces.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'service'],
  'traces.write': ['service'],
  'self.read': ['viewer', 'operator', 'approver', 'auditor', 'admin', 'producer', 'service'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof permissions;

/** Does any of the roles grant the permission? Who one is, and ending one's own session, is left to those who lost every role. */
export function grants(held: readonly string[], permission: Permission): boolean {
  if (permission === 'self.read') return true;
  const allowed: readonly string[] = permissions[permission];
  return held.some((role) => allowed.includes(role));
}
