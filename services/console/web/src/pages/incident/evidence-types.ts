import type { EventMap, IncidentView } from '@drawbridge/contracts';

export type DriftEvent = EventMap['drift.detected'];
export type RollbackEvent = EventMap['deployment.rolledback'];
export type RetrainingEvent = EventMap['retraining.requested'];

export interface IncidentEvidence {
  readonly detections: readonly DriftEvent[];
  readonly rollback: RollbackEvent | undefined;
  readonly retraining: RetrainingEvent | undefined;
}

/** The events as the incident keeps them. */
export function evidenceOf({ evidence }: IncidentView): IncidentEvidence {
  return {
    detections: evidence.detections as DriftEvent[],
    rollback: evidence.rollback as RollbackEvent | undefined,
    retraining: evidence.retraining as RetrainingEvent | undefined,
  };
}
