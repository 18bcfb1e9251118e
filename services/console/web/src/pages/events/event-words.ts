import type { EventView } from '@drawbridge/contracts';
import { versionName } from '../../parts/version-name.js';

/** What an event says, in a few words, from whatever fields it has. */
export function eventWords(event: EventView): string {
  const data = (event.data ?? {}) as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const value = data[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const what = text('title') ?? subject(text('model'), text('version'));
  const where = text('endpoint');
  const parts = [what, where === undefined || what?.includes(where) === true ? undefined : `on ${where}`, detail(event.topic, text, data)];
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function subject(model: string | undefined, version: string | undefined): string | undefined {
  if (model === undefined) return undefined;
  return version === undefined ? model : `${model} ${versionName(version)}`;
}

function detail(topic: string, text: (name: string) => string | undefined, data: Record<string, unknown>): string | undefined {
  if (topic === 'window.closed') {
    const window = data['window'] as { n?: number; start?: string } | undefined;
    return `${window?.start?.slice(0, 10) ?? ''} ${text('verdict') ?? ''}, n = ${String(window?.n ?? '?')}`;
  }
  if (topic === 'drift.detected') return (data['effect'] as { words?: string } | undefined)?.words;
  if (topic === 'deployment.step.entered') return `step ${text('step') ?? ''} of ${text('steps') ?? ''}`;
  if (topic === 'deployment.rolledback')
    return `${versionName(text('from') ?? '?')} → ${versionName(text('to') ?? '?')}: ${text('reason') ?? ''}`;
  if (topic === 'retraining.requested') return (data['cause'] as { summary?: string } | undefined)?.summary;
  return text('decision') ?? text('verdict') ?? text('reason') ?? text('status') ?? text('action');
}
