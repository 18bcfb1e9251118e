import type { Freshness, MonitorView } from '@drawbridge/contracts';
import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import { isId, parseReference } from '../reference.js';
import type { Session } from '../session.js';

/** By id, by endpoint or by model; what is not closed goes first, and several are never guessed between. */
export async function findMonitor(session: Session, text: string): Promise<MonitorView & Partial<Freshness>> {
  if (isId(text)) return session.api.get<MonitorView & Partial<Freshness>>(`/monitors/${text}`);
  const { model, version } = parseReference(text);
  const byEndpoint = version === undefined ? await candidates(session, { endpoint: text }) : [];
  const found = byEndpoint.length > 0 ? byEndpoint : await candidates(session, { model, version });
  const open = found.filter(({ status }) => status !== 'closed');
  const [first, ...others] = open.length > 0 ? open : found.slice(0, 1);
  if (first === undefined) {
    throw new CliError(exit.notFound, {
      code: 'DBR-MONITOR-NOT-FOUND',
      message: `nothing watches "${text}"`,
      fix: 'drawbridge monitor list',
    });
  }
  if (others.length === 0) return first;
  const names = [first, ...others].map((monitor) => `${monitor.id} (${monitor.endpoint}, ${monitor.model}@${monitor.version})`);
  throw usage(`"${text}" means several monitors: ${names.join(', ')}`, 'name one by its id or as NAME@VERSION');
}

async function candidates(
  session: Session,
  filter: { endpoint?: string; model?: string; version?: string | undefined },
): Promise<readonly (MonitorView & Partial<Freshness>)[]> {
  const { items, fresh } = await session.api.items<MonitorView>('/monitors', filter, 50);
  return items.map((monitor) => ({ ...monitor, ...fresh }));
}
