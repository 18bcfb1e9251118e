/** What this service already knows of the approvals of a version for an environment. */
export interface KnownApproval {
  readonly approvalId: string;
  readonly status: 'pending' | 'approved' | 'rejected' | 'expired' | 'voided';
  readonly reason?: string;
  readonly artifactSha256: string;
  readonly expiresAt: Date;
}

/**
 * The refusals that are certain without asking governance, so that a request is answered at once. An empty list does not mean yes:
 * governance decides. `approvals` is newest first.
 */
export function knownRefusals(approvals: readonly KnownApproval[], artifactSha256: string, environment: string, now: Date): string[] {
  const newest = approvals[0];
  if (newest === undefined) return [];
  if (newest.artifactSha256 !== artifactSha256) return [`approval ${newest.approvalId} is bound to another artifact`];
  switch (newest.status) {
    case 'approved':
      return newest.expiresAt.getTime() <= now.getTime() ? [`approval ${newest.approvalId} for ${environment} has expired`] : [];
    case 'pending':
      return [`approval ${newest.approvalId} for ${environment} is waiting for an answer`];
    case 'rejected':
    case 'expired':
    case 'voided':
      return [
        `approval ${newest.approvalId} for ${environment} is ${newest.status}${newest.reason === undefined ? '' : `: ${newest.reason}`}`,
      ];
  }
}

/**
 * The refusals that overtook the gate's yes: an approval that was voided, rejected or ran out meanwhile. One that is still pending
 * here is not held against it, since the answer travels on another topic.
 */
export function lapsed(approvals: readonly KnownApproval[], artifactSha256: string, environment: string, now: Date): string[] {
  return approvals[0]?.status === 'pending' ? [] : knownRefusals(approvals, artifactSha256, environment, now);
}
