import { topics } from '@drawbridge/contracts';

/** Every topic whose events are facts of control; state documents repeat them, and data topics carry the traffic. */
export const auditedTopics: readonly string[] = topics.filter((topic) => topic.plane === 'control').map((topic) => topic.name);
