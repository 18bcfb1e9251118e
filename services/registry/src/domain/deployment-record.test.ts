import { expect, test } from '@jest/globals';
import { currentStatuses, type DeploymentRecord, newerRecord } from './deployment-record.js';

function aRecord(change: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    deploymentId: 'd1',
    modelId: 'm',
    version: '1',
    endpointId: 'e',
    endpoint: 'late',
    status: 'progressing',
    sequence: 2,
    at: new Date('2026-11-01T00:00:00Z'),
    ...change,
  };
}

test('an event that was overtaken changes nothing', () => {
  const promoted = aRecord({ status: 'promoted', sequence: 9 });
  const started = aRecord({ sequence: 2 });
  expect(newerRecord(promoted, started)).toBe(promoted);
  expect(newerRecord(started, promoted)).toBe(promoted);
  expect(newerRecord(undefined, started)).toBe(started);
});

test('the same event again changes nothing', () => {
  const known = aRecord();
  expect(newerRecord(known, aRecord())).toBe(known);
});

test('of two promoted deployments only the later one still serves', () => {
  const statuses = currentStatuses([
    aRecord({ deploymentId: 'd1', status: 'promoted', at: new Date(1) }),
    aRecord({ deploymentId: 'd2', status: 'promoted', at: new Date(2) }),
    aRecord({ deploymentId: 'd3', status: 'progressing', at: new Date(3) }),
    aRecord({ deploymentId: 'd4', status: 'promoted', endpointId: 'other', at: new Date(1) }),
  ]);
  expect(Object.fromEntries(statuses)).toEqual({ d1: 'superseded', d2: 'promoted', d3: 'progressing', d4: 'promoted' });
});

test('after a rollback the deployment before it serves again', () => {
  const statuses = currentStatuses([
    aRecord({ deploymentId: 'd1', status: 'promoted', at: new Date(1) }),
    aRecord({ deploymentId: 'd2', status: 'rolledback', at: new Date(3) }),
  ]);
  expect(Object.fromEntries(statuses)).toEqual({ d1: 'promoted', d2: 'rolledback' });
});
