import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Experiment } from '../faults/experiment.js';
import { kills } from '../faults/experiments/kills.js';
import { naive } from '../faults/experiments/naive.js';
import { splitBrain } from '../faults/experiments/split-brain.js';
import { zombies } from '../faults/experiments/zombies.js';
import { World } from '../faults/world.js';

jest.setTimeout(240_000);

/** The short form of `npm run evidence:faults`: one world, one fault after the other on the same monitors. */
describe('three monitoring processes under load', () => {
  let folder: string;
  let world: World;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawbridge-faults-'));
    world = await World.open({ name: 'short', seed: 20_261_123, folder });
  });

  afterAll(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each<[string, Experiment]>([
    ['killed with unflushed work, they count every row once and announce every drift once', kills],
    ['frozen for longer than their session, they have their late writes refused', zombies],
    ['not knowing of each other, they count every row once', splitBrain],
    ['with Kafka commits after the transaction instead, they count wrong: the test would notice', naive],
  ])('%s', async (_, experiment) => {
    const { failures, figures } = await experiment.run(world, experiment.sizes.short);
    expect({ failures, figures }).toMatchObject({ failures: [] });
  });
});
