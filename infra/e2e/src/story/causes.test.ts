import { describe, expect, test } from '@jest/globals';
import type { Topic } from '@drawbridge/contracts';
import type { Recorded } from '../outsider/tape.js';
import { causesWith } from './causes.js';

function recorded(topic: Topic): Recorded {
  return { topic, id: topic, chainId: undefined, causeId: undefined, traceId: undefined, data: {} as Recorded['data'] };
}

const rollback = recorded('deployment.rolledback');
const drift = recorded('drift.detected');
const closed = recorded('window.closed');

describe('causes of an event', () => {
  test('a cause that the client reads after its effect is waited for', async () => {
    const reads = [
      [rollback, drift],
      [rollback, drift, closed],
    ];
    const tape = { causes: () => reads.shift() ?? [] };
    expect(await causesWith(tape, rollback, 'window.closed')).toEqual([rollback, drift, closed]);
  });

  test('a cause that never comes is named with what came', async () => {
    const tape = { causes: () => [rollback, drift] };
    await expect(causesWith(tape, rollback, 'window.closed', 50)).rejects.toThrow(
      /a window\.closed among the causes of deployment\.rolledback .*deployment\.rolledback ← drift\.detected/,
    );
  });
});
