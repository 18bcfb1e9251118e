import { describe, expect, test } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { asyncApiDocument } from '../src/asyncapi.js';
import { topicNames } from '../src/topics.js';

interface Document {
  channels: Record<string, { address: string }>;
  operations: Record<string, { action: string }>;
}

describe('the AsyncAPI document', () => {
  test('is valid AsyncAPI 3', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
    // Severity 0 is an error, 1 a warning.
    expect(diagnostics.filter((diagnostic) => diagnostic.severity < 2)).toEqual([]);
    expect(document?.allMessages().all()).toHaveLength(topicNames.length);
  }, 20_000);

  test('has one channel per topic, somebody who sends and everybody who receives', () => {
    const { channels, operations } = asyncApiDocument() as unknown as Document;
    expect(Object.values(channels).map((channel) => channel.address)).toEqual([...topicNames]);
    expect(Object.values(operations).filter((operation) => operation.action === 'send')).toHaveLength(topicNames.length);
    expect(operations['receive_model_registered_governance_audit']).toMatchObject({ action: 'receive' });
  });
});
