import type { EventMap } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { EvidenceStore } from '../persistence/evidence.store.js';

/** What is known of approvals, so that a request which must fail is refused at once. */
@Controller()
export class ApprovalsHandler {
  constructor(private readonly evidence: EvidenceStore) {}

  @EventPattern('approval.requested')
  async requested(@Payload() event: EventMap['approval.requested'], @Ctx() context: EventContext): Promise<Outcome> {
    await this.evidence.putApprovalRequest(context.transaction, event);
    return ok;
  }

  @EventPattern('approval.closed')
  async closed(@Payload() event: EventMap['approval.closed'], @Ctx() context: EventContext): Promise<Outcome> {
    await this.evidence.putApprovalClosed(context.transaction, event);
    return ok;
  }
}
