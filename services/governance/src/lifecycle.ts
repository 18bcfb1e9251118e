import { type LifecycleStep, Platform } from '@drawbridge/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { auditConsumer } from './audit-consumer.js';
import type { GovernanceConfig } from './config.js';
import { AccessStore } from './persistence/access.store.js';
import { Database } from './persistence/database.js';
import { StandingStore } from './persistence/standing.store.js';
import { defaultPolicies } from './policies/default-policies.js';
import { Announcer } from './sagas/announcer.js';
import { ApprovalSaga } from './sagas/approval.saga.js';
import { AuditLog } from './sagas/audit-log.js';
import { bootstrapAccess, readBootstrapKeys } from './sagas/bootstrap.js';
import { Keyring } from './sagas/keyring.js';
import { PolicySaga } from './sagas/policy.saga.js';
import { Sweep } from './sagas/sweep.js';

/** What governance starts after Kafka, database and relay: first keys, first policies, the audit log, the sweep. */
export function governanceSteps(app: NestFastifyApplication, config: GovernanceConfig): LifecycleStep[] {
  const platform = app.get(Platform);
  const { log } = platform;
  const sweep = new Sweep(
    {
      approvals: app.get(ApprovalSaga),
      policies: app.get(PolicySaga),
      keyring: app.get(Keyring),
      database: app.get(Database),
      standing: app.get(StandingStore),
      log,
    },
    config.sweepMs,
  );
  const nothing = async (): Promise<void> => undefined;
  return [
    {
      name: 'first keys',
      async start() {
        const now = new Date();
        const keyring = app.get(Keyring);
        // A broker that was replaced has lost the keys; what the database knows is announced again.
        const again = platform.access.caughtUp ? await keyring.announceMissing(platform.access.size, now) : 0;
        if (again > 0) log.warn('the keys were missing on access.state and are announced again', { keys: again });
        if (config.bootstrapKeysFile !== undefined) {
          const keys = await readBootstrapKeys(config.bootstrapKeysFile);
          await bootstrapAccess(
            keys,
            { database: app.get(Database), access: app.get(AccessStore), keyring, announcer: app.get(Announcer), log },
            now,
          );
        }
        platform.wake();
      },
      stop: nothing,
    },
    {
      name: 'first policies',
      async start() {
        const added = await app.get(PolicySaga).ensure(defaultPolicies(), new Date());
        if (added.length > 0) log.info('policies are published', { policies: added });
        platform.wake();
      },
      stop: nothing,
    },
    auditConsumer(platform, app.get(AuditLog)),
    {
      name: 'sweep',
      async start() {
        sweep.start();
      },
      stop: () => sweep.stop(),
    },
  ];
}
