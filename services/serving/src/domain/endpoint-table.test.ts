import { expect, test } from '@jest/globals';
import { anEndpoint, aTarget } from '../../test/an-endpoint.js';
import { EndpointTable } from './endpoint-table.js';

test('the newest document counts, whatever the order of arrival', () => {
  const table = new EndpointTable();
  expect(table.apply(anEndpoint({ sequence: 2, targets: [aTarget({ version: '2' })] }))).toBe(true);
  expect(table.apply(anEndpoint({ sequence: 1 }))).toBe(false);
  expect(table.find('default', 'scorer')).toMatchObject({ kind: 'found', endpoint: { sequence: 2 } });
});

test('a model without a target is not served', () => {
  const table = new EndpointTable();
  table.apply(anEndpoint({ targets: [] }));
  expect(table.find('default', 'scorer')).toEqual({ kind: 'unknown-model' });
  expect(table.models('default')).toEqual([]);
});

test('a removed endpoint is gone', () => {
  const table = new EndpointTable();
  table.apply(anEndpoint());
  table.remove('e-1');
  expect(table.find('default', 'scorer')).toEqual({ kind: 'unknown-model' });
});

test('of several endpoints one must be named, by name or id', () => {
  const table = new EndpointTable();
  table.apply(anEndpoint());
  table.apply(anEndpoint({ endpointId: 'e-2', endpoint: 'trial' }));
  expect(table.find('default', 'scorer')).toEqual({ kind: 'ambiguous', endpoints: ['scoring', 'trial'] });
  expect(table.find('default', 'scorer', 'trial')).toMatchObject({ kind: 'found', endpoint: { endpointId: 'e-2' } });
  expect(table.find('default', 'scorer', 'e-1')).toMatchObject({ kind: 'found', endpoint: { endpoint: 'scoring' } });
  expect(table.find('default', 'scorer', 'other')).toEqual({ kind: 'unknown-endpoint', endpoints: ['scoring', 'trial'] });
});

test('projects do not share names', () => {
  const table = new EndpointTable();
  table.apply(anEndpoint());
  table.apply(anEndpoint({ endpointId: 'e-2', project: 'other' }));
  expect(table.find('default', 'scorer')).toMatchObject({ kind: 'found', endpoint: { endpointId: 'e-1' } });
  expect(table.find('other', 'scorer', 'scoring')).toMatchObject({ kind: 'found', endpoint: { endpointId: 'e-2' } });
  expect(table.find('other', 'scorer', 'e-1')).toEqual({ kind: 'unknown-endpoint', endpoints: ['scoring'] });
  expect(table.find('third', 'scorer')).toEqual({ kind: 'unknown-model' });
  expect(table.models('third')).toEqual([]);
});
