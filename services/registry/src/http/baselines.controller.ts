import { Readable } from 'node:stream';
import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { actorOf, ApiProblems, CurrentPrincipal, type Principal, ProblemError, RequirePermission } from '@drawbridge/service';
import type { FastifyReply } from 'fastify';
import { StoredArtifacts } from '../commands/stored-artifacts.js';
import { baselineBytes, baselineFrom } from '../domain/baseline-input.js';
import { contentUri } from '../domain/model.js';
import { BaselineDocument } from './documents.js';

@ApiTags('baselines')
@Controller('baselines')
export class BaselinesController {
  constructor(private readonly artifacts: StoredArtifacts) {}

  /** Takes a finished profile or a sample in columns, from which it fixes the bins. The same content gets the same digest. */
  @Post()
  @RequirePermission('artifacts.write')
  @ApiBody({
    schema: {
      type: 'object',
      description: 'a baseline document, or {features, columns, timestamps?, prediction?, performance?, periodSeconds?}',
    },
  })
  @ApiCreatedResponse({ type: BaselineDocument })
  @ApiOkResponse({ type: BaselineDocument, description: 'It was there already.' })
  @ApiProblems(400, 413, 422)
  async create(
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BaselineDocument> {
    const result = baselineFrom(body);
    if (!result.ok) {
      throw new ProblemError({
        status: 422,
        code: 'DBR-BASELINE-INVALID',
        detail: 'The baseline cannot be used.',
        errors: result.problems,
        fix: result.problems.map(({ field, message }) => `${field}: ${message}`).join('; '),
      });
    }
    const bytes = Readable.from([baselineBytes(result.document)]);
    const stored = await this.artifacts.keepBaseline(bytes, result.document.rows, actorOf(principal), new Date());
    void reply.code(stored.created ? 201 : 200);
    return { sha256: stored.sha256, bytes: stored.bytes, uri: contentUri(stored.sha256), n: result.document.rows };
  }
}
