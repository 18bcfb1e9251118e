import { createHash } from 'node:crypto';
import type { Actor } from '@drawbridge/contracts';
import { Outbox } from '@drawbridge/outbox';
import { conflict, ProblemError, systemActor } from '@drawbridge/service';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { anyEnvironment, type PolicyDocument } from '../domain/policy.js';
import { type Finding, readPolicy } from '../policies/policy-text.js';
import { ApprovalStore } from '../persistence/approval.store.js';
import { Database } from '../persistence/database.js';
import { PolicyStore, type StoredPolicy } from '../persistence/policy.store.js';
import { ReevaluationStore } from '../persistence/reevaluation.store.js';
import { VersionStore } from '../persistence/version.store.js';
import { ApprovalSaga } from './approval.saga.js';
import { Gatekeeper } from './gatekeeper.js';

const system = systemActor('governance');
const batch = 50;

/** Publishes policies, and puts to each version again the question that a new policy answers anew. */
@Injectable()
export class PolicySaga {
  constructor(
    private readonly policies: PolicyStore,
    private readonly approvals: ApprovalStore,
    private readonly versions: VersionStore,
    private readonly reevaluations: ReevaluationStore,
    private readonly approvalSaga: ApprovalSaga,
    private readonly gatekeeper: Gatekeeper,
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  lint(yaml: string): readonly Finding[] {
    const read = readPolicy(yaml);
    return read.ok ? [] : read.findings;
  }

  /**
   * Puts a version of a policy in force. Approvals under it, or for an environment it governs, are void from this moment, and every version is
   * asked about again soon after. The text that is in force already changes nothing.
   */
  async publish(yaml: string, project: string, by: Actor, now: Date): Promise<{ policy: StoredPolicy; changed: boolean }> {
    const read = readPolicy(yaml);
    if (!read.ok) throw badPolicy(read.findings);
    return this.database.write(async (tx) => {
      await this.policies.lock(tx, 'publish');
      const before = await this.policies.byName(tx, project, read.document.name);
      const digest = createHash('sha256').update(yaml, 'utf8').digest('hex');
      if (before?.digest === digest) return { policy: before, changed: false };
      const policy = newVersion(read.document, before, { yaml, digest, project, by, now });
      const rival = await this.policies.rival(tx, project, policy.id, policy.environments);
      if (rival !== undefined) {
        throw conflict(
          'DBR-POLICY-ENVIRONMENT-TAKEN',
          `The environment "${rival.environment}" is already governed by the policy "${rival.name}".`,
          'Publish a version of that policy without the environment first, or leave it out here.',
        );
      }
      await this.policies.add(tx, policy);
      const { id: published } = await this.outbox.append(tx, {
        topic: 'policy.published',
        aggregateType: 'policies',
        aggregateId: policy.id,
        subject: `projects/${project}/policies/${policy.name}`,
        project,
        time: now,
        actor: by,
        data: {
          policyId: policy.id,
          name: policy.name,
          version: policy.version,
          digest,
          mode: read.document.mode,
          environments: [...policy.environments],
        },
      });
      const bound = await this.approvals.holding(tx, project, policy.id, policy.environments);
      await this.approvalSaga.void(
        tx,
        bound,
        `policy ${policy.name}@${policy.version} was published`,
        { id: published, chainId: published },
        now,
      );
      const environments = policy.environments.filter((environment) => environment !== anyEnvironment);
      await this.reevaluations.add(tx, { id: uuid(), project, policyId: policy.id, environments, eventId: published, createdAt: now });
      return { policy, changed: true };
    });
  }

  /** Publishes the policies an installation begins with, each only when the project has none of that name. */
  async ensure(yamls: readonly string[], now: Date): Promise<string[]> {
    const added: string[] = [];
    for (const yaml of yamls) {
      const read = readPolicy(yaml);
      if (!read.ok) throw badPolicy(read.findings);
      const known = await this.database.read((tx) => this.policies.byName(tx, 'default', read.document.name));
      if (known !== undefined) continue;
      const { policy } = await this.publish(yaml, 'default', system, now);
      added.push(`${policy.name}@${policy.version}`);
    }
    return added;
  }

  /** Puts the question to the next versions; false when none are left. Each step commits, so that a crash repeats at most one. */
  reevaluateSome(now: Date): Promise<boolean> {
    return this.database.write(async (tx) => {
      const work = await this.reevaluations.next(tx);
      if (work === undefined) return false;
      const scope = work.project === 'default' ? undefined : work.project;
      const versions = await this.versions.after(tx, scope, work.after, batch);
      for (const version of versions) {
        for (const environment of work.environments) {
          const governing = await this.policies.governing(tx, version.facts.project, environment);
          if (governing?.id !== work.policyId) continue;
          await this.gatekeeper.ask(tx, {
            action: 'version.register',
            environment,
            version,
            requestedBy: version.facts.author,
            cause: { id: work.eventId, chainId: work.eventId },
            now,
          });
        }
      }
      const last = versions.at(-1);
      if (last === undefined || versions.length < batch) await this.reevaluations.remove(tx, work.id);
      else
        await this.reevaluations.advance(tx, work.id, { at: last.registeredAt, modelId: last.facts.modelId, version: last.facts.version });
      return true;
    });
  }
}

interface Publication {
  readonly yaml: string;
  readonly digest: string;
  readonly project: string;
  readonly by: Actor;
  readonly now: Date;
}

function newVersion(
  document: PolicyDocument,
  before: StoredPolicy | undefined,
  { yaml, digest, project, by, now }: Publication,
): StoredPolicy {
  return {
    id: before?.id ?? uuid(),
    project,
    name: document.name,
    version: (before?.version ?? 0) + 1,
    digest,
    mode: document.mode,
    environments: document.environments,
    yaml,
    createdAt: now,
    createdBy: by,
  };
}

function badPolicy(findings: readonly Finding[]): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'DBR-POLICY-INVALID',
    title: 'Invalid policy',
    detail: findings.length === 1 ? 'The policy has a mistake.' : `The policy has ${findings.length} mistakes.`,
    errors: findings.slice(0, 50),
    fix: findings
      .slice(0, 5)
      .map(({ field, message }) => `${field}: ${message}`)
      .join('; '),
  });
}
