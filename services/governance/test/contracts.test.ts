import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { topics } from '@drawbridge/contracts';
import { auditedTopics } from '../src/domain/audited-topics.js';

const folder = new URL('../src/handlers/', import.meta.url);

function handled(): string[] {
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/@OnEvent\('([^']+)'\)/g)].map((match) => match[1] ?? ''));
}

function consumedBy(group: string): string[] {
  // State documents are followed by the platform.
  return topics.filter((topic) => topic.plane !== 'state' && topic.consumers.includes(group)).map((topic) => topic.name);
}

describe('what the contract says of governance', () => {
  test('every topic it consumes has a handler, and no other', () => {
    expect(handled().toSorted()).toEqual(consumedBy('governance').toSorted());
  });

  test('the audit log reads exactly the topics that name it', () => {
    expect([...auditedTopics].toSorted()).toEqual(consumedBy('governance.audit').toSorted());
  });
});
