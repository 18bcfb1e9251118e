import type { IncidentView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { listing, timeText } from '../listing.js';
import { type Column, one, type OneView, section } from '../output/shown.js';

const columns: readonly Column<IncidentView>[] = [
  { title: 'INCIDENT', of: (incident) => incident.id },
  { title: 'STATUS', of: (incident) => incident.status, status: true },
  { title: 'SEVERITY', of: (incident) => incident.severity },
  { title: 'TITLE', of: (incident) => incident.title },
  { title: 'OPENED', of: (incident) => timeText(incident.openedAt) },
  { title: 'SUMMARY', of: (incident) => incident.summary, wide: true },
  {
    title: 'TAKEN BY',
    of: (incident) => incident.acknowledgedBy && (incident.acknowledgedBy.name ?? incident.acknowledgedBy.id),
    wide: true,
  },
  { title: 'RESOLVED', of: (incident) => timeText(incident.resolvedAt), wide: true },
];

const view: OneView<IncidentView> = {
  columns,
  name: (incident) => incident.id,
  sections: (incident) => [
    section('Affected', incident.affected, [
      { title: 'ENDPOINT', of: (each) => each.endpoint },
      { title: 'VERSION', of: (each) => (each.version === undefined ? each.model : `${each.model}@${each.version}`) },
      { title: 'DEPLOYMENT', of: (each) => each.deploymentId },
    ]),
    section('Timeline', incident.timeline, [
      { title: 'AT', of: (line) => timeText(line.at) },
      { title: 'WHAT', of: (line) => line.text },
      { title: 'BY', of: (line) => line.actor.name ?? line.actor.id },
    ]),
  ],
};

interface IncidentListOptions extends ListOptions {
  readonly status?: string;
  readonly severity?: string;
  readonly endpoint?: string;
  readonly model?: string;
}

export const incident: Register = (noun, define) => {
  define<IncidentListOptions>(
    listFlags(
      noun
        .command('list')
        .description('incidents, newest first')
        .option('--status <status>', 'open, acknowledged, mitigated or resolved')
        .option('--severity <severity>', 'low, medium, high or critical')
        .option('--endpoint <name>')
        .option('--model <name>'),
    ),
    (session, _args, { status, severity, endpoint, model, ...options }) => {
      const query = { status, severity, endpoint, model };
      return listing<IncidentView>(session.api, '/incidents', { ...options, query }, { columns, name: view.name, nothing: 'no incidents' });
    },
  );

  define(
    noun.command('get').description('one incident with evidence and timeline; --wait waits until it is resolved').argument('<INCIDENT>'),
    async (session, [id = '']) => {
      const read = (): Promise<IncidentView> => session.api.get<IncidentView>(`/incidents/${segment(id)}`);
      if (!session.globals.wait) return one(await read(), view);
      const resolved = await session.until(`the end of incident ${id}`, async () => {
        const now = await read();
        return now.status === 'resolved' ? now : undefined;
      });
      return one(resolved, view);
    },
  );

  define(noun.command('ack').description('take it').argument('<INCIDENT>'), async (session, [id = '']) =>
    one(await session.api.post<IncidentView>(`/incidents/${segment(id)}/acknowledge`), view),
  );

  define<{ readonly reason: string }>(
    noun.command('resolve').description('it is over').argument('<INCIDENT>').requiredOption('--reason <text>', 'what was done'),
    async (session, [id = ''], { reason }) =>
      one(await session.api.post<IncidentView>(`/incidents/${segment(id)}/resolve`, { reason }), view),
  );
};
