import { expect, test } from '@jest/globals';
import { anEndpoint, aTarget } from '../../test/an-endpoint.js';
import { EndpointTable } from './endpoint-table.js';

test('the newest document counts, whatever the order of arrival', () => {
  const table = new EndpointTable();
  expect(table.apply(anEndpoint({ sequence: 2, targets: [aTarget({ version: '2' })] }))).toBe(true);
  expect(table.apply(anEndpoint({ sequence: 1 }))).toBe(false);
  expect(table.find('scorer')).toMatchObject({ kind: 'found', endpoint: { sequence: 2 } });
});

test('a model without a target is not served', () => {
  const table = new EndpointTable();
  table.apply(anEndpoint({ targets: [] }));
  expect(table.find('scorer')).toEqual({ kind: 'unknown-model' });
  expect(table.models()).toEqual([]);
});

test('a removed endpoint is gone', () => {
  const table = new EndpointTable();
  table.apply(anEndpoint());
  table.remove('e-1');
  expect(table.find('scorer')).toEqual({ kind: 'unknown-model' });
});

test('of several endpoints one must be named, by name or id', () => {
  const table = new EndpointTable();
  table.apply(anEndpoint());
  table.apply(anEndpoint({ endpointId: 'e-2', endpoint: 'trial' }));
  expect(table.find('scorer')).toEqual({ kind: 'ambiguous', endpoints: ['scoring', 'trial'] });
  expect(table.find('scorer', 'trial')).toMatchObject({ kind: 'found', endpoint: { endpointId: 'e-2' } });
  expect(table.find('scorer', 'e-1')).toMatchObject({ kind: 'found', endpoint: { endpoint: 'scoring' } });
  expect(table.find('scorer', 'other')).toEqual({ kind: 'unknown-endpoint', endpoints: ['scoring', 'trial'] });
});
