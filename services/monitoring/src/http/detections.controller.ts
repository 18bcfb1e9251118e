import type { DetectionView, Page } from '@drawbridge/contracts';
import { ApiProblems, decodeCursor, notFound, pageOf, ProjectFilter, RequirePermission } from '@drawbridge/service';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { DetectionStore } from '../persistence/detection.store.js';
import { DetectionQuery } from './queries.dto.js';

@ApiTags('detections')
@Controller('detections')
@RequirePermission('monitors.read')
export class DetectionsController {
  constructor(private readonly detections: DetectionStore) {}

  @Get()
  @ApiOkResponse({ description: 'detections, newest first' })
  @ApiProblems(400)
  async list(@Query() query: DetectionQuery, @ProjectFilter() header: string | undefined): Promise<Page<DetectionView>> {
    const cursor = decodeCursor(query.pageToken, 2);
    const before = cursor && { openedAt: String(cursor[0]), id: String(cursor[1]) };
    const filter = { project: query.project ?? header, model: query.model, monitorId: query.monitor, open: query.open };
    const found = await this.detections.list(filter, query.limit + 1, before);
    return pageOf(found, query.limit, ({ openedAt, id }) => [openedAt, id]);
  }

  @Get(':id')
  @ApiOkResponse({ description: 'what was known when drift was detected; it never changes' })
  @ApiProblems(400, 404)
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<DetectionView> {
    const detection = await this.detections.find(id);
    if (detection === undefined) throw notFound('detection', id);
    return detection;
  }
}
