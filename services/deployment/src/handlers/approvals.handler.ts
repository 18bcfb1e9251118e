import type { EventMap } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { EvidenceStore } from '../persistence/evidence.store.js';

/** What is known of approvals, so that a request which must fail is refused at once. */
@Controller()
export class ApprovalsHandler {
  constructor(private readonly evidence: EvidenceStore) {}

  @OnEvent('approval.requested')
  async requested(event: EventMap['approval.requested'], context: EventContext): Promise<Outcome> {
    await this.evidence.putApprovalRequest(context.transaction, event);
    return ok;
  }

  @OnEvent('approval.closed')
  async closed(event: EventMap['approval.closed'], context: EventContext): Promise<Outcome> {
    await this.evidence.putApprovalClosed(context.transaction, event);
    return ok;
  }
}
