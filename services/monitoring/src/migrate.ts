import { runMigrations } from '@drawbridge/postgres';
import { Monitoring1795392000001 } from '../migrations/0001-monitoring.js';
import { LabelCounts1795392000002 } from '../migrations/0002-label-counts.js';
import { RowRetention1795392000003 } from '../migrations/0003-row-retention.js';
import { IdempotencyOwners1795392000004 } from '../migrations/0004-idempotency-owners.js';
import { BatchMessages1795392000005 } from '../migrations/0005-batch-messages.js';
import { Partitions1795392000006 } from '../migrations/0006-partitions.js';
import { Freshness1795392000007 } from '../migrations/0007-freshness.js';
import { DeadLettersByOffset1795392000008 } from '../migrations/0008-dead-letters-by-offset.js';
import { WindowSegments1795392000009 } from '../migrations/0009-window-segments.js';
import { LabelOffsets1795392000010 } from '../migrations/0010-label-offsets.js';
import { PlainEvidence1795392000011 } from '../migrations/0011-plain-evidence.js';

await runMigrations({
  schema: 'monitoring',
  migrations: [
    Monitoring1795392000001,
    LabelCounts1795392000002,
    RowRetention1795392000003,
    IdempotencyOwners1795392000004,
    BatchMessages1795392000005,
    Partitions1795392000006,
    Freshness1795392000007,
    DeadLettersByOffset1795392000008,
    WindowSegments1795392000009,
    LabelOffsets1795392000010,
    PlainEvidence1795392000011,
  ],
});
