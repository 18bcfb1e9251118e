import { topicLayouts, UnknownTopic } from './direct/metadata.js';
import type { KafkaSettings } from './event-log.js';

/** The id of a topic (the cluster's name of it). Rejects with `UnknownTopic` when it is not there. */
export async function fetchTopicId(settings: KafkaSettings, topic: string): Promise<string> {
  const [layout] = await topicLayouts(settings, [topic]);
  if (layout === undefined) throw new UnknownTopic(topic);
  return layout.id;
}
