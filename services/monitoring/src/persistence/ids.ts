import { v5 } from 'uuid';

const NAMESPACE = 'b7a3f0d4-6c1e-5f52-9a0b-3d1c8e6f2a47';

/** Ids that follow from what they name, so that deciding twice cannot announce twice. */
export function monitorId(project: string, endpoint: string, model: string, version: string): string {
  return v5(['monitor', project, endpoint, model, version].join('\u0000'), NAMESPACE);
}

export function windowId(monitor: string, startMs: number): string {
  return v5(`window\u0000${monitor}\u0000${startMs}`, NAMESPACE);
}

export function windowClosedId(window: string, revision: number): string {
  return v5(`window.closed\u0000${window}\u0000${revision}`, NAMESPACE);
}

/** One episode of one detector: named by the window that opened it. */
export function detectionId(monitor: string, window: string, detector: string): string {
  return v5(`detection\u0000${monitor}\u0000${window}\u0000${detector}`, NAMESPACE);
}

/** An event of an episode: it opened, escalated or ended with this window. */
export function detectionEventId(detection: string, window: string, what: string): string {
  return v5(`${what}\u0000${detection}\u0000${window}`, NAMESPACE);
}

export function performanceEventId(window: string, revision: number): string {
  return v5(`performance\u0000${window}\u0000${revision}`, NAMESPACE);
}
