import { grants, topics } from '@drawbridge/contracts';
import type { Principal } from '@drawbridge/service';

/** Topics that the contract does not open to everybody: what the audit log is told. */
const closed: readonly string[] = topics.filter(({ readableByAll }) => !readableByAll).map(({ name }) => name);

/** Topics whose events this caller may not see, whichever page or stream asks. */
export function withheldFrom(principal: Principal | undefined): readonly string[] {
  return principal !== undefined && grants(principal.roles, 'audit.read') ? [] : closed;
}
