import { BrokerConnection } from './direct/broker-connection.js';
import { describeLayout, UnknownTopic } from './direct/metadata.js';
import type { KafkaSettings } from './event-log.js';

export { UnknownTopic };

/** Asks the brokers in turn for the id of a topic (the cluster's name of it). */
export async function fetchTopicId(settings: KafkaSettings, topic: string): Promise<string> {
  let failure: unknown = new Error('no broker is configured');
  for (const broker of settings.brokers) {
    let connection: BrokerConnection | undefined;
    try {
      connection = await BrokerConnection.open(settings, broker);
      const [layout] = await describeLayout(connection, [topic]);
      if (layout === undefined) throw new UnknownTopic(topic);
      return layout.id;
    } catch (error) {
      if (error instanceof UnknownTopic) throw error;
      failure = error;
    } finally {
      connection?.close();
    }
  }
  throw failure;
}
