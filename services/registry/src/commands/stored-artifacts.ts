import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor, ArtifactRef } from '@drawbridge/contracts';
import { ProblemError } from '@drawbridge/service';
import {
  ArtifactCorrupt,
  type ArtifactStore,
  ArtifactTooLarge,
  type CheckedContent,
  DigestMismatch,
  UploadInterrupted,
} from '../artifacts/artifact-store.js';
import { ArtifactRefused, inspectOnnx } from '../artifacts/onnx.js';
import { contentRef } from '../domain/model.js';
import type { ModelTensors } from '../domain/model-fit.js';
import { ContentStore } from '../persistence/content.store.js';
import { ARTIFACT_STORE, REGISTRY_CONFIG } from '../tokens.js';
import type { RegistryConfig } from '../config.js';

/** Uploads and reads of contents, with refusals that a client can act on. */
@Injectable()
export class StoredArtifacts {
  constructor(
    @Inject(ARTIFACT_STORE) private readonly store: ArtifactStore,
    private readonly contents: ContentStore,
    @Inject(REGISTRY_CONFIG) private readonly config: RegistryConfig,
  ) {}

  /** Takes in a model file as it streams; `created` is false when the content was there already. */
  async upload(
    source: Readable,
    expectedSha256: string | undefined,
    by: Actor,
    now: Date,
  ): Promise<{ ref: ArtifactRef; created: boolean }> {
    const stored = await explained(() =>
      this.store.receive(source, {
        limitBytes: this.config.artifactLimitBytes,
        ...(expectedSha256 !== undefined && { expectedSha256 }),
        inspect: inspectOnnx,
      }),
    );
    const created = await this.contents.insert({ ...stored, kind: 'artifact', format: 'onnx' }, by, now);
    return { ref: { ...contentRef(stored), format: 'onnx' }, created };
  }

  /** Stores a document that the registry made itself. */
  async keepBaseline(document: Readable, rows: number, by: Actor, now: Date): Promise<{ sha256: string; bytes: number; created: boolean }> {
    const stored = await this.store.receive(document, { limitBytes: this.config.baselineLimitBytes });
    const created = await this.contents.insert({ ...stored, kind: 'baseline', format: 'json', rows }, by, now);
    return { ...stored, created };
  }

  /** Undefined when unknown; a corrupt or lost content is a problem of status 500 and is never handed out. */
  async read(sha256: string): Promise<CheckedContent | undefined> {
    const content = await explained(() => this.store.read(sha256));
    if (content === undefined && (await this.contents.byDigest(sha256)) !== undefined) throw lost(sha256);
    return content;
  }

  async tensorsOf(sha256: string): Promise<ModelTensors> {
    const content = await this.read(sha256);
    if (content === undefined) throw lost(sha256);
    return inspectOnnx(await buffer(content.stream()));
  }
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw problemOf(error) ?? error;
  }
}

function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof DigestMismatch) {
    return new ProblemError({
      status: 422,
      code: 'DBR-ARTIFACT-DIGEST',
      detail: `The received bytes have the SHA-256 ${error.actual}, the header X-Content-SHA256 says ${error.expected}.`,
      errors: [{ field: 'X-Content-SHA256', message: `is not the digest of the body, which is ${error.actual}` }],
      fix: 'Upload again; if it repeats, the file differs from the one whose digest you know.',
    });
  }
  if (error instanceof ArtifactTooLarge) {
    return new ProblemError({
      status: 413,
      code: 'DBR-ARTIFACT-TOO-LARGE',
      detail: `The artifact is larger than ${error.limitBytes} bytes.`,
      fix: 'Make the model smaller, or raise DRAWBRIDGE_REGISTRY_ARTIFACT_LIMIT_BYTES.',
    });
  }
  if (error instanceof ArtifactRefused) {
    return new ProblemError({
      status: 422,
      code: 'DBR-ARTIFACT-FORMAT',
      detail: error.message,
      errors: [{ field: '(body)', message: error.message }],
      fix: error.fix,
    });
  }
  if (error instanceof UploadInterrupted) {
    return new ProblemError({
      status: 400,
      code: 'DBR-ARTIFACT-INTERRUPTED',
      detail: error.message,
      fix: 'Upload again; nothing was kept.',
    });
  }
  if (error instanceof ArtifactCorrupt) {
    return new ProblemError({
      status: 500,
      code: 'DBR-ARTIFACT-CORRUPT',
      detail: `The stored content ${error.sha256} has changed on the disk and is not served.`,
      why: `Its bytes now have the SHA-256 ${error.actual}.`,
      fix: 'Check the disk, then upload the original file again: it takes the place of the damaged one.',
    });
  }
  return undefined;
}

function lost(sha256: string): ProblemError {
  return new ProblemError({
    status: 500,
    code: 'DBR-ARTIFACT-LOST',
    detail: `The content ${sha256} is registered, but its file is gone.`,
    fix: 'Restore the data folder, or upload the file again.',
  });
}
