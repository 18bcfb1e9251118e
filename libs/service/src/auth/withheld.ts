import { grants, topicNames, topics } from '@drawbridge/contracts';
import type { Principal } from './principal.js';

/** Topics that the contract does not open to everybody: who holds which key, and what the audit log is told. */
const closed: readonly string[] = topics.filter(({ readableByAll }) => !readableByAll).map(({ name }) => name);

/** Topics whose events this caller may not see, whichever page, list or stream asks. */
export function withheldFrom(principal: Principal | undefined): readonly string[] {
  return mayReadAll(principal) ? [] : closed;
}

/** May this caller see what a message of the topic holds? A topic that the contract does not know is closed. */
export function mayReadTopic(principal: Principal | undefined, topic: string): boolean {
  return mayReadAll(principal) || (topicNames.includes(topic) && !closed.includes(topic));
}

function mayReadAll(principal: Principal | undefined): boolean {
  return principal !== undefined && grants(principal.roles, 'audit.read');
}
