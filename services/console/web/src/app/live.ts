import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { defaultProject, useProject } from './project.js';

/** Which parts of the API a topic makes stale. */
const stale: readonly (readonly [prefix: string, areas: readonly string[]])[] = [
  ['model.', ['models', 'overview']],
  ['policy.', ['decisions', 'policies', 'overview']],
  ['approval.', ['approvals', 'decisions', 'overview']],
  ['deployment.', ['deployments', 'endpoints', 'models', 'overview']],
  ['traffic.', ['deployments', 'endpoints', 'overview']],
  ['endpoint.', ['deployments', 'endpoints', 'overview']],
  ['window.', ['monitors', 'windows', 'deployments', 'overview']],
  ['performance.', ['monitors', 'overview']],
  ['monitor.', ['monitors', 'overview']],
  ['drift.', ['monitors', 'detections', 'incidents', 'overview']],
  ['incident.', ['incidents', 'overview']],
  ['retraining.', ['incidents', 'deployments', 'overview']],
  ['audit.', ['audit', 'keys', 'persons', 'services']],
];

const THROTTLE_MS = 1500;

export interface Live {
  readonly state: 'connecting' | 'live' | 'away';
  /** Milliseconds between an event's own time and its arrival here. */
  readonly lagMs: number | undefined;
}

/** One stream of events for the whole site. It only marks answers as stale; nothing is overwritten. */
export function useLive(enabled: boolean): Live {
  const queries = useQueryClient();
  const project = useProject();
  const shown = useRef(project);
  shown.current = project;
  const [live, setLive] = useState<Live>({ state: 'connecting', lagMs: undefined });
  useEffect(() => {
    if (!enabled) return undefined;
    const source = new EventSource('/api/v1/events/live');
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      const areas = [...waiting];
      waiting.clear();
      void queries.invalidateQueries({ predicate: ({ queryKey }) => areas.includes(String(queryKey[0])) });
    };
    source.addEventListener('open', () => setLive((before) => ({ ...before, state: 'live' })));
    source.addEventListener('error', () => setLive((before) => ({ ...before, state: 'away' })));
    source.addEventListener('event', (message: MessageEvent<string>) => {
      const { topic, time, project: of } = JSON.parse(message.data) as { topic: string; time?: string; project: string };
      if (time !== undefined) setLive({ state: 'live', lagMs: Math.max(0, Date.now() - Date.parse(time)) });
      // A project exists from its first model.
      if (topic === 'model.created') waiting.add('projects');
      // Events of `default` may be the installation's, such as a policy for every project.
      if (of === shown.current || of === defaultProject) {
        for (const [prefix, areas] of stale) if (topic.startsWith(prefix)) for (const area of areas) waiting.add(area);
      }
      if (waiting.size > 0) timer ??= setTimeout(flush, THROTTLE_MS);
    });
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [enabled, queries]);
  return live;
}
