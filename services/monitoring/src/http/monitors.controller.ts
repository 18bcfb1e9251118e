import {
  type AccountingView,
  type DriftMatrixView,
  type MonitorView,
  type Page,
  type PerformanceView,
  settingProblems,
  type WindowView,
} from '@drawbridge/contracts';
import {
  actorOf,
  ApiProblems,
  conflict,
  CurrentPrincipal,
  decodeCursor,
  invalid,
  mapPage,
  notFound,
  pageOf,
  type Principal,
  ProjectFilter,
  RequirePermission,
} from '@drawbridge/service';
import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Monitor } from '../domain/monitor.js';
import { findSegment, segmentEffects } from '../domain/segments.js';
import { AccountingStore } from '../persistence/accounting.store.js';
import { BaselineStore } from '../persistence/baseline.store.js';
import { Database } from '../persistence/database.js';
import { MonitorStore } from '../persistence/monitor.store.js';
import { PerformanceStore } from '../persistence/performance.store.js';
import { type StoredWindow, WindowStore } from '../persistence/window.store.js';
import { ConfigureMonitor } from '../sagas/configure-monitor.js';
import { DriftQuery, MonitorQuery, RangeQuery } from './queries.dto.js';
import { ChangeSettingsDto } from './settings.dto.js';
import { columnOf, driftMatrix, type MatrixColumn, monitorView, windowView } from './views.js';

/** Monitors: what watches which version, how it is set, and what it has seen. */
@ApiTags('monitors')
@Controller('monitors')
@RequirePermission('monitors.read')
export class MonitorsController {
  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly baselines: BaselineStore,
    private readonly windows: WindowStore,
    private readonly performances: PerformanceStore,
    private readonly accounting: AccountingStore,
    private readonly configure: ConfigureMonitor,
  ) {}

  @Get()
  @ApiOkResponse({ description: 'monitors, newest first' })
  @ApiProblems(400)
  async list(@Query() query: MonitorQuery, @ProjectFilter() header: string | undefined): Promise<Page<MonitorView>> {
    const { endpoint, model, version, status, limit } = query;
    const cursor = decodeCursor(query.pageToken, 2);
    const before = cursor && { createdAt: String(cursor[0]), id: String(cursor[1]) };
    const found = await this.monitors.list({ project: query.project ?? header, endpoint, model, version, status }, limit + 1, before);
    const page = pageOf(found, limit, (monitor) => [monitor.createdAt.toISOString(), monitor.id]);
    return { ...page, items: await Promise.all(page.items.map((monitor) => this.view(monitor))) };
  }

  @Get(':id')
  @ApiOkResponse({ description: 'one monitor with its settings, baseline and alarm' })
  @ApiProblems(400, 404)
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<MonitorView> {
    return this.view(await this.monitor(id));
  }

  /** Changes settings. They hold for windows that close from now on. */
  @Patch(':id')
  @RequirePermission('monitors.write')
  @ApiOkResponse({ description: 'the monitor with its new version' })
  @ApiProblems(400, 404, 409)
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { monitorVersion, ...body }: ChangeSettingsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<MonitorView> {
    const changes = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const changed = await this.database.transaction(async (tx) => {
      const monitor = await this.monitors.lock(tx, id);
      if (monitor === undefined) throw notFound('monitor', id);
      if (monitorVersion !== undefined && monitorVersion !== monitor.monitorVersion) {
        throw conflict(
          'DBR-MONITOR-CHANGED',
          `The monitor is at version ${monitor.monitorVersion}, not ${monitorVersion}.`,
          'Read it again and repeat the change.',
        );
      }
      if (body.windowSeconds !== undefined && body.windowSeconds !== monitor.settings.windowSeconds) {
        throw conflict(
          'DBR-MONITOR-WINDOW-FIXED',
          'The length of windows is fixed when a monitor is created.',
          'Leave out windowSeconds, or set it on the endpoint for versions deployed from now on.',
        );
      }
      const settings = { ...monitor.settings, ...changes };
      const problems = settingProblems(settings);
      if (problems.length > 0) throw invalid(problems);
      if (JSON.stringify(settings) === JSON.stringify(monitor.settings)) return monitor;
      return this.configure.change(tx, monitor, settings, actorOf(principal));
    });
    return this.view(changed);
  }

  @Get(':id/windows')
  @ApiOkResponse({ description: 'windows, newest first' })
  @ApiProblems(400, 404)
  async listWindows(@Param('id', ParseUUIDPipe) id: string, @Query() query: RangeQuery): Promise<Page<WindowView>> {
    await this.monitor(id);
    const { fromMs, toMs, beforeMs } = rangeOf(query);
    const found = await this.windows.list(id, { fromMs, toMs, beforeMs, status: query.status }, query.limit + 1);
    return mapPage(
      pageOf(found, query.limit, (window) => [window.startMs]),
      windowView,
    );
  }

  @Get(':id/drift')
  @ApiOkResponse({
    description:
      'effects by feature and window, the newest windows in time order; those of one segment are no alarm, and their n is its rows',
  })
  @ApiProblems(400, 404)
  async drift(@Param('id', ParseUUIDPipe) id: string, @Query() query: DriftQuery): Promise<DriftMatrixView> {
    const monitor = await this.monitor(id);
    const { fromMs, toMs, beforeMs } = rangeOf(query);
    const found = (await this.windows.list(id, { fromMs, toMs, beforeMs, status: 'closed' }, query.limit)).reverse();
    const { segment } = query;
    if (segment === undefined) return driftMatrix(id, found.map(columnOf));
    return { ...driftMatrix(id, await this.columnsOf(monitor, found, segment)), segment };
  }

  /** One window after the other: the segments of one may be large. */
  private async columnsOf(monitor: Monitor, windows: readonly StoredWindow[], segment: string): Promise<MatrixColumn[]> {
    const layout = await this.baselines.layout(monitor.baselineSha256);
    const columns: MatrixColumn[] = [];
    for (const window of windows) {
      const tally = findSegment((await this.windows.segments(window, layout)) ?? new Map(), segment);
      const features = tally === undefined ? [] : segmentEffects(tally, layout, monitor.settings, window.summary?.skipped ?? []);
      columns.push({ window, n: tally?.n ?? 0, features });
    }
    if (columns.every(({ n }) => n === 0)) throw notFound('segment', segment);
    return columns;
  }

  @Get(':id/performance')
  @ApiOkResponse({ description: 'measured performance by window, newest first; revision 0 waits for labels' })
  @ApiProblems(400, 404)
  async performance(@Param('id', ParseUUIDPipe) id: string, @Query() query: RangeQuery): Promise<Page<PerformanceView>> {
    await this.monitor(id);
    const found = await this.performances.list(id, rangeOf(query), query.limit + 1);
    return pageOf(found, query.limit, ({ start }) => [Date.parse(start)]);
  }

  @Get(':id/accounting')
  @ApiOkResponse({ description: 'where every row of the monitor went' })
  @ApiProblems(400, 404)
  async accounts(@Param('id', ParseUUIDPipe) id: string): Promise<AccountingView> {
    await this.monitor(id);
    return this.accounting.ofMonitor(id);
  }

  private async monitor(id: string): Promise<Monitor> {
    const monitor = await this.monitors.find(id);
    if (monitor === undefined) throw notFound('monitor', id);
    return monitor;
  }

  private async view(monitor: Monitor): Promise<MonitorView> {
    const baseline = monitor.baselineSha256 === null ? undefined : await this.baselines.get(monitor.baselineSha256);
    return monitorView(monitor, baseline, await this.monitors.lastEventAt(monitor.id));
  }
}

function rangeOf(query: RangeQuery): { fromMs?: number; toMs?: number; beforeMs?: number } {
  const cursor = decodeCursor(query.pageToken, 1);
  return {
    ...(query.from === undefined ? {} : { fromMs: Date.parse(query.from) }),
    ...(query.to === undefined ? {} : { toMs: Date.parse(query.to) }),
    ...(cursor === undefined ? {} : { beforeMs: Number(cursor[0]) }),
  };
}
