import type { TakenPayloadsView } from '@drawbridge/contracts';
import { inTransaction } from '@drawbridge/postgres';
import { type Platform, unavailable } from '@drawbridge/service';
import { at } from '../domain/ingest/cloud-event.js';
import { type PayloadHalf, predictionsOf } from '../domain/ingest/payload-half.js';
import type { PayloadStore } from '../persistence/payload.store.js';
import { busy } from './ingest-limits.js';
import { ingestMetrics } from './ingest.metrics.js';
import type { PayloadRelay } from './payload-relay.js';

/** Keeps halves durably, joins those that are whole now. All of a request or none of it; what is joined goes to Kafka by itself. */
export class TakePayloads {
  constructor(
    private readonly platform: Platform,
    private readonly store: PayloadStore,
    private readonly relay: PayloadRelay,
    private readonly mostWaiting: number,
  ) {}

  async run(halves: readonly PayloadHalf[], now: Date): Promise<TakenPayloadsView> {
    const { database } = this.platform;
    if (database === undefined) throw unavailable('DBR-DB-UNAVAILABLE', 'The database does not answer at the moment.');
    if (this.relay.waiting + halves.length > this.mostWaiting) {
      throw busy(`${this.relay.waiting} payloads wait for their other half or for Kafka, and no more may wait.`, 5);
    }
    // In one order in every request, so that no two wait for each other.
    const ordered = halves.toSorted((a, b) => (lockName(a) < lockName(b) ? -1 : 1));
    const outcomes = await inTransaction(database.source, async (tx) => {
      const found: { half: PayloadHalf; kind: 'waiting' | 'whole' | 'repeated' }[] = [];
      for (const half of ordered) {
        const stored = await this.store.put(tx, half);
        found.push({ half, kind: stored.kind });
        if (stored.kind !== 'whole') continue;
        const { key, facts, place } = half;
        const [request, response] = half.half === 'request' ? [facts, stored.other] : [stored.other, facts];
        await this.store.join(
          tx,
          key,
          at(place, () => predictionsOf(key, request, response, now)),
        );
      }
      return found;
    });
    for (const { half, kind } of outcomes) ingestMetrics.halves.inc({ half: half.half, outcome: kind === 'whole' ? 'joined' : kind });
    const count = (kind: string): number => outcomes.filter((outcome) => outcome.kind === kind).length;
    const taken = { waiting: count('waiting'), joined: count('whole'), repeated: count('repeated') };
    this.relay.added(taken.waiting, taken.joined);
    return taken;
  }
}

function lockName({ key, half }: PayloadHalf): string {
  return JSON.stringify([key.project, key.scope, key.id, half]);
}
