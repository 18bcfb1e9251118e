import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { metrics } from '@drawbridge/telemetry';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/permission.decorators.js';
import type { Platform } from '../platform.js';
import { PLATFORM } from '../tokens.js';
import { readiness, type ReadinessReport } from './readiness.js';

/** What supervisors and scrapers ask. Details name no secret and no user data, so the routes are open. */
@ApiExcludeController()
@Controller()
@Public({ unlimited: true })
export class HealthController {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  /** The process answers. Nothing else, or a database that is away would get it killed. */
  @Get('health/live')
  live(): { status: 'live'; service: string } {
    return { status: 'live', service: this.platform.config.service };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await readiness(this.platform.config.service, this.platform.checks());
    if (report.status !== 'ready') void reply.code(503).header('retry-after', '1');
    return report;
  }

  @Get('metrics')
  @Header('content-type', metrics.contentType)
  async metricsText(): Promise<string> {
    return await metrics.text();
  }
}
