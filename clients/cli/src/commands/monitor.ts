import type { DriftMatrixView, Fresh, MonitorView, PerformanceView, WindowView } from '@drawbridge/contracts';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { usage } from '../errors.js';
import { exit } from '../exit.js';
import { freshText, notes } from '../freshness.js';
import { listing, timeText } from '../listing.js';
import { type Column, list, one, type OneView, section } from '../output/shown.js';
import { parseCount, parseTime } from '../parse.js';
import { parseReference } from '../reference.js';
import { findMonitor } from './find-monitor.js';
import { parseSettings, settingNames, settingText } from './monitor-settings.js';

const columns: readonly Column<MonitorView>[] = [
  { title: 'MONITOR', of: (monitor) => monitor.id },
  { title: 'ENDPOINT', of: (monitor) => monitor.endpoint },
  { title: 'VERSION', of: (monitor) => `${monitor.model}@${monitor.version}` },
  { title: 'VARIANT', of: (monitor) => monitor.variant },
  { title: 'STATUS', of: (monitor) => monitor.status, status: true },
  { title: 'ALARM', of: (monitor) => monitor.alarm?.features.join(', ') ?? 'quiet', status: true },
  { title: 'LAST EVENT', of: (monitor) => timeText(monitor.lastEventAt) },
  { title: 'WEIGHT', of: (monitor) => (monitor.weight === undefined ? undefined : `${monitor.weight} %`), wide: true },
  { title: 'BASELINE', of: (monitor) => monitor.baseline && `${monitor.baseline.n} rows`, wide: true },
];

const view: OneView<MonitorView> = {
  columns,
  name: (monitor) => monitor.id,
  sections: (monitor) => [
    section('Settings', Object.entries(monitor.settings), [
      { title: 'SETTING', of: ([name]) => name },
      { title: 'VALUE', of: ([, value]) => settingText(value) },
    ]),
    section('Features', monitor.features, [
      { title: 'FEATURE', of: (feature) => feature.name },
      { title: 'KIND', of: (feature) => [feature.kind, feature.calendar].filter(Boolean).join(', ') },
    ]),
  ],
};

const windowColumns: readonly Column<WindowView>[] = [
  { title: 'WINDOW', of: ({ window }) => timeText(window.start) },
  { title: 'STATE', of: (each) => each.status },
  { title: 'ROWS', of: ({ window }) => window.n, right: true },
  { title: 'VERDICT', of: (each) => each.verdict, status: true },
  {
    title: 'MOVED',
    of: (each) =>
      each.features
        .filter(({ alarming }) => alarming)
        .map(({ feature }) => feature)
        .join(', '),
  },
  { title: 'ERRORS', of: (each) => each.errors, right: true },
  { title: 'P95 MS', of: (each) => figure(each.latency?.p95Ms), right: true },
  { title: 'MEAN', of: (each) => figure(each.prediction?.mean), right: true, wide: true },
  { title: 'LATE', of: ({ window }) => window.late, right: true, wide: true },
  { title: 'REVISION', of: ({ window }) => window.revision, right: true, wide: true },
  { title: 'ID', of: (each) => each.id, wide: true },
];

const performanceColumns: readonly Column<PerformanceView>[] = [
  { title: 'WINDOW', of: (each) => timeText(each.start) },
  { title: 'LABELS', of: (each) => `${each.labelled}/${each.ofN}`, right: true },
  { title: 'REVISION', of: (each) => each.revision, right: true },
  { title: 'MEASURED', of: (each) => each.metrics.map(({ metric, value }) => `${metric} ${figure(value) ?? 'n/a'}`).join(', ') },
];

interface RangeOptions {
  readonly since?: string;
  readonly until?: string;
}

function rangeOf({ since, until }: RangeOptions): { from: string | undefined; to: string | undefined } {
  const now = new Date();
  return {
    from: since === undefined ? undefined : parseTime(since, '--since', now),
    to: until === undefined ? undefined : parseTime(until, '--until', now),
  };
}

export const monitor: Register = (noun, define) => {
  define<ListOptions & { readonly endpoint?: string; readonly model?: string; readonly status?: string }>(
    listFlags(
      noun
        .command('list')
        .description('what watches which version')
        .option('--endpoint <name>')
        .option('--model <NAME[@VERSION]>')
        .option('--status <status>', 'active, stalled or closed'),
    ),
    (session, _args, { endpoint, model, status, ...options }) => {
      const reference = model === undefined ? undefined : parseReference(model);
      const query = { endpoint, status, model: reference?.model, version: reference?.version };
      return listing<MonitorView>(
        session.api,
        '/monitors',
        { ...options, query },
        { columns, name: view.name, nothing: 'no monitors: nothing is served' },
      );
    },
  );

  const which = ['<MONITOR>', 'its id, an endpoint or NAME[@VERSION]'] as const;
  define(
    noun
      .command('get')
      .description('one monitor with settings, baseline and alarm')
      .argument(...which),
    async (session, [text = '']) => {
      const found = await findMonitor(session, text);
      return one(found, { ...view, ...notes(freshText(found)) });
    },
  );

  define<ListOptions & RangeOptions & { readonly status?: string }>(
    listFlags(
      noun
        .command('windows')
        .description('windows, newest first')
        .argument(...which)
        .option('--since <time>', 'a time, or a duration before now')
        .option('--until <time>')
        .option('--status <status>', 'open or closed'),
    ),
    async (session, [text = ''], { since, until, status, ...options }) => {
      const { id } = await findMonitor(session, text);
      const query = { ...rangeOf({ ...(since && { since }), ...(until && { until }) }), status };
      const shown = { columns: windowColumns, name: (each: WindowView) => each.id, nothing: 'no windows yet' };
      return listing<WindowView>(session.api, `/monitors/${id}/windows`, { ...options, query }, shown);
    },
  );

  define<ListOptions & RangeOptions>(
    listFlags(
      noun
        .command('performance')
        .description('measured performance by window, from labels')
        .argument(...which)
        .option('--since <time>')
        .option('--until <time>'),
    ),
    async (session, [text = ''], { since, until, ...options }) => {
      const { id } = await findMonitor(session, text);
      const query = rangeOf({ ...(since && { since }), ...(until && { until }) });
      const shown = { columns: performanceColumns, name: (each: PerformanceView) => each.windowId, nothing: 'nothing measured yet' };
      return listing<PerformanceView>(session.api, `/monitors/${id}/performance`, { ...options, query }, shown);
    },
  );

  define<RangeOptions & { readonly failOn?: string; readonly limit: string; readonly segment?: string }>(
    noun
      .command('drift')
      .description('effect by feature over the newest windows')
      .argument(...which)
      .option('--since <time>', 'a time, or a duration before now')
      .option('--until <time>')
      .option('--limit <n>', 'at most this many windows', '50')
      .option('--segment <key:value>', 'of the rows of one segment, e.g. country:PL')
      .option('--fail-on <what>', 'alarm: end with 8 when the alarm is open, or a window since --since alarmed'),
    async (session, [text = ''], options) => {
      const { failOn } = options;
      if (failOn !== undefined && failOn !== 'alarm') throw usage(`--fail-on ${failOn} is not known`, 'write --fail-on alarm');
      const found = await findMonitor(session, text);
      const { segment } = options;
      const query = {
        ...rangeOf(options),
        limit: parseCount(options.limit, '--limit', 200),
        ...(segment === undefined ? {} : { segment }),
      };
      const matrix = await session.api.get<Fresh<DriftMatrixView>>(`/monitors/${found.id}/drift`, query);
      const alarming = matrix.windows.filter(({ verdict }) => verdict === 'alarming').length;
      const failed = failOn === 'alarm' && (found.alarm !== undefined || (options.since !== undefined && alarming > 0));
      const note =
        found.alarm === undefined
          ? `${alarming} of ${matrix.windows.length} windows alarming; no alarm is open`
          : `an alarm is open since ${found.alarm.since}: ${found.alarm.features.join(', ')}`;
      return {
        ...list(matrix.features, { columns: driftColumns, name: ({ feature }) => feature, ...notes(note, freshText(matrix)) }),
        value: matrix,
        ...(failed ? { exit: exit.refused } : {}),
      };
    },
  );

  define(
    noun
      .command('set')
      .description('change settings for windows that close from now on')
      .argument(...which)
      .argument('<setting=value...>', settingNames.join(', ')),
    async (session, [text = '', ...settings]) => {
      const { id, monitorVersion } = await findMonitor(session, text);
      const body = { ...parseSettings(settings, 'setting'), monitorVersion };
      return one(await session.api.patch<MonitorView>(`/monitors/${id}`, body), view);
    },
  );
};

type DriftRow = DriftMatrixView['features'][number];

const driftColumns: readonly Column<DriftRow>[] = [
  { title: 'FEATURE', of: (row) => row.feature },
  { title: 'LAST', of: (row) => figure(row.values.findLast((value) => value !== null)?.effect), right: true },
  { title: 'LARGEST', of: (row) => figure(largest(row)?.effect), right: true },
  { title: 'ALARMING', of: (row) => `${row.values.filter((value) => value?.alarming).length}/${row.values.length}`, right: true },
  { title: 'WINDOWS', of: (row) => row.values.map((value) => (value === null ? '·' : value.alarming ? '!' : '-')).join('') },
  { title: 'WORDS', of: (row) => largest(row)?.words, wide: true },
];

function largest(row: DriftRow): DriftRow['values'][number] {
  return row.values.reduce((most, value) => (value !== null && (most === null || value.effect > most.effect) ? value : most), null);
}

function figure(value: number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(Number(value.toPrecision(4)));
}
