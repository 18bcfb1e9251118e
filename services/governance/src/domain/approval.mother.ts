import type { Approval, Responder } from './approval.js';

/** Test data for approvals. */
export const noon = new Date('2026-04-01T12:00:00.000Z');
export const persons = [
  { kind: 'person', id: 'ann', name: 'Ann' },
  { kind: 'person', id: 'ben', name: 'Ben' },
  { kind: 'person', id: 'cyd', name: 'Cyd' },
] as const satisfies readonly Responder[];
export const author = { kind: 'person', id: 'author', name: 'Author' } as const;
export const requester = { kind: 'person', id: 'requester', name: 'Requester' } as const;
export const machine = { kind: 'machine', id: 'robot', name: 'Robot' } as const;

export function anApproval(part: Partial<Approval> = {}): Approval {
  return {
    id: 'approval-1',
    status: 'pending',
    needed: 1,
    author: { type: 'person', id: author.id, name: author.name },
    requestedBy: { type: 'person', id: requester.id, name: requester.name },
    deployers: [],
    answers: [],
    binding: { artifactSha256: 'a'.repeat(64), policyVersion: 'production@1', environment: 'production', evidenceIds: [] },
    expiresAt: new Date(noon.getTime() + 7 * 86_400_000),
    ...part,
  };
}
