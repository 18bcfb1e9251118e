import { describe, expect, test } from '@jest/globals';
import { eventSchemas } from './catalogue.js';
import { topicNames } from './topics.js';

describe('the fields of events', () => {
  test.each(Object.entries(eventSchemas))('%s says what each field means', (_topic, schema) => {
    const silent = Object.entries(schema.properties).filter(([, field]) => (field as { description?: string }).description === undefined);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test('every topic has a schema', () => {
    expect(Object.keys(eventSchemas).toSorted()).toEqual([...topicNames].toSorted());
  });
});
