import type { Consumption } from '@drawbridge/kafka';
import { consumerCheck, EventProcessor, type LifecycleStep, type Platform } from '@drawbridge/service';
import { auditedTopics } from './domain/audited-topics.js';
import type { AuditLog } from './sagas/audit-log.js';

const group = 'governance.audit';

/** The audit log reads with a group of its own, so that a handler which waits never holds the log up. */
export function auditConsumer(platform: Platform, audit: AuditLog): LifecycleStep {
  const { database, eventLog, log, config } = platform;
  if (database === undefined) throw new Error('the audit log needs a database');
  const processor = new EventProcessor({
    service: config.service,
    group,
    dataSource: database.source,
    outbox: database.outbox,
    inbox: database.inbox,
    log,
    dispatch: (event, context) => audit.record(event, context.transaction),
    committed: () => platform.wake(),
  });
  platform.replays.register(group, (tx, message) => processor.replay(tx, message));
  let consumption: Consumption | undefined;
  platform.addCheck(consumerCheck('audit log', () => consumption?.health()));
  return {
    name: 'audit log',
    async start() {
      platform.gauges.watch(group, auditedTopics);
      consumption = await eventLog.consume({ group, topics: auditedTopics, handle: (message) => processor.handle(message) });
    },
    async stop() {
      await consumption?.stop();
      consumption = undefined;
    },
  };
}
