import type { DistributionView, WindowView } from '@drawbridge/contracts';
import type { FeatureLayout, WindowCounts } from '@drawbridge/drift';
import { ApiProblems, notFound, RequirePermission } from '@drawbridge/service';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { distributionOf } from '../domain/distribution.js';
import { findSegment } from '../domain/segments.js';
import { BaselineStore } from '../persistence/baseline.store.js';
import { MonitorStore } from '../persistence/monitor.store.js';
import { type StoredWindow, WindowStore } from '../persistence/window.store.js';
import { DistributionQuery } from './queries.dto.js';
import { windowView } from './views.js';

@ApiTags('windows')
@Controller('windows')
@RequirePermission('monitors.read')
export class WindowsController {
  constructor(
    private readonly monitors: MonitorStore,
    private readonly baselines: BaselineStore,
    private readonly windows: WindowStore,
  ) {}

  @Get(':id')
  @ApiOkResponse({ description: 'one window with everything it was judged on' })
  @ApiProblems(400, 404)
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<WindowView> {
    const window = await this.window(id);
    const segments = window.summary?.segments;
    return { ...windowView(window), ...(segments === undefined ? {} : { segments: [...segments] }) };
  }

  @Get(':id/distributions')
  @ApiOkResponse({ description: 'shares in the reference and in the window, on the same cells' })
  @ApiProblems(400, 404)
  async distributions(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { feature, segment }: DistributionQuery,
  ): Promise<{ items: DistributionView[] }> {
    const window = await this.window(id);
    const monitor = await this.monitors.find(window.monitorId);
    const layout = await this.baselines.layout(monitor?.baselineSha256 ?? null);
    const slots = layout.slots.filter(({ name }) => feature === undefined || name === feature);
    if (feature !== undefined && slots.length === 0) throw notFound('feature', feature);
    const counts = segment === undefined ? await this.windows.counts(window, layout) : await this.countsOf(window, layout, segment);
    return { items: slots.map((slot) => distributionOf(slot, counts)) };
  }

  private async countsOf(window: StoredWindow, layout: FeatureLayout, segment: string): Promise<WindowCounts> {
    const tally = findSegment((await this.windows.segments(window, layout)) ?? new Map(), segment);
    if (tally === undefined) throw notFound('segment', segment);
    return tally.counts;
  }

  private async window(id: string): Promise<StoredWindow> {
    const window = await this.windows.find(id);
    if (window === undefined) throw notFound('window', id);
    return window;
  }
}
