import { Readable } from 'node:stream';
import { Body, Controller, Get, Head, Headers, Param, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { ArtifactRef } from '@drawbridge/contracts';
import {
  actorOf,
  ApiProblems,
  CurrentPrincipal,
  invalid,
  notFound,
  type Principal,
  ProblemError,
  RequirePermission,
} from '@drawbridge/service';
import type { FastifyReply } from 'fastify';
import { isDigest } from '../artifacts/artifact-store.js';
import { StoredArtifacts } from '../commands/stored-artifacts.js';
import { ContentStore } from '../persistence/content.store.js';
import { ArtifactDocument } from './documents.js';

const TYPE = 'application/octet-stream';

@ApiTags('artifacts')
@Controller('artifacts')
export class ArtifactsController {
  constructor(
    private readonly artifacts: StoredArtifacts,
    private readonly contents: ContentStore,
  ) {}

  /** 201 for new content, 200 when it was there already. */
  @Post()
  @RequirePermission('artifacts.write')
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'X-Content-SHA256', required: false, description: 'digest the body must have' })
  @ApiCreatedResponse({ type: ArtifactDocument })
  @ApiOkResponse({ type: ArtifactDocument, description: 'It was there already.' })
  @ApiProblems(400, 413, 415, 422)
  async upload(
    @Body() body: unknown,
    @Headers('x-content-sha256') expected: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ArtifactRef> {
    const digest = expected?.toLowerCase();
    if (digest !== undefined && !isDigest(digest)) {
      throw invalid([{ field: 'X-Content-SHA256', message: 'must be 64 hexadecimal digits' }]);
    }
    if (!(body instanceof Readable)) {
      throw new ProblemError({
        status: 415,
        code: 'DBR-CONTENT-TYPE',
        detail: 'An artifact is sent as the raw body.',
        fix: 'Send the file with the header content-type: application/octet-stream.',
      });
    }
    const { ref, created } = await this.artifacts.upload(body, digest, actorOf(principal), new Date());
    void reply.code(created ? 201 : 200).header('location', ref.uri);
    return ref;
  }

  @Head(':sha256')
  @RequirePermission('artifacts.read')
  @ApiProblems(404)
  async describe(@Param('sha256') sha256: string, @Res() reply: FastifyReply): Promise<void> {
    const content = isDigest(sha256) ? await this.contents.byDigest(sha256) : undefined;
    if (content === undefined) throw notFound('artifact', sha256.slice(0, 80));
    await reply
      .code(200)
      .headers({ ...headersOf(sha256), 'content-type': TYPE, 'content-length': content.bytes })
      .send();
  }

  /** The bytes, after their digest was checked again. */
  @Get(':sha256')
  @RequirePermission('artifacts.read')
  @ApiProduces(TYPE)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiProblems(404, 500)
  async download(@Param('sha256') sha256: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const content = isDigest(sha256) ? await this.artifacts.read(sha256) : undefined;
    if (content === undefined) throw notFound('artifact', sha256.slice(0, 80));
    void reply.headers(headersOf(sha256));
    return new StreamableFile(content.stream(), { type: TYPE, length: content.bytes });
  }
}

function headersOf(sha256: string): Record<string, string> {
  return { etag: `"${sha256}"`, 'x-content-sha256': sha256, 'cache-control': 'private, immutable, max-age=31536000' };
}
