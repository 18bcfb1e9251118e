import { Injectable } from '@nestjs/common';
import type { Actor, RegisterVersion as RegisterVersionBody } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { conflict, invalid, notFound, ProblemError } from '@drawbridge/service';
import { currentTraceId } from '@drawbridge/telemetry';
import { v7 as uuidv7 } from 'uuid';
import { modelFitProblems } from '../domain/model-fit.js';
import type { Version } from '../domain/model.js';
import { registrationProblems } from '../domain/registration.js';
import { assignVersion } from '../domain/version-number.js';
import { type Content, ContentStore } from '../persistence/content.store.js';
import { ModelStore } from '../persistence/model.store.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { VersionStore } from '../persistence/version.store.js';
import { ModelEvents } from './model-events.js';
import { StoredArtifacts } from './stored-artifacts.js';

/** Registers a version with its evidence: rows, `model.registered` and the new `model.state` commit together. */
@Injectable()
export class RegisterVersion {
  constructor(
    private readonly work: UnitOfWork,
    private readonly models: ModelStore,
    private readonly versions: VersionStore,
    private readonly contents: ContentStore,
    private readonly artifacts: StoredArtifacts,
    private readonly events: ModelEvents,
  ) {}

  async run(project: string, modelName: string, body: RegisterVersionBody, author: Actor, now: Date): Promise<Version> {
    const problems = registrationProblems(body);
    if (problems.length > 0) throw invalid(problems);
    // A model that does not exist is said before the file is read.
    if ((await this.models.byName(project, modelName)) === undefined) throw notFound('model', modelName);
    const evidence = await this.evidence(body);
    return this.work.run(async (tx) => {
      const model = await this.models.lock(project, modelName, tx);
      if (model === undefined) throw notFound('model', modelName);
      const { version: number, nextNumber } = assignVersion(body.version, model.nextNumber);
      if (await this.versions.exists(model.id, number, tx)) throw taken(model.name, number);
      const version: Version = {
        id: uuidv7(),
        project,
        modelId: model.id,
        model: model.name,
        version: number,
        ordinal: model.versionCount + 1,
        ...evidence,
        signature: plain(body.signature),
        flavour: body.flavour ?? evidence.artifact.format,
        description: body.description ?? '',
        author,
        metrics: body.metrics ?? {},
        parameters: body.parameters ?? {},
        datasets: (body.datasets ?? []).map(plain),
        tags: body.tags ?? {},
        aliases: [],
        ...optional(body),
        createdAt: now,
      };
      await this.store(version, nextNumber, tx);
      await this.events.registered(version, model.riskClass, tx);
      await this.events.state(project, model.name, author, now, tx);
      return version;
    });
  }

  private async store(version: Version, nextNumber: number, tx: Transaction): Promise<void> {
    await this.versions.insert(version, tx);
    await this.models.countVersion(version.modelId, nextNumber, version.createdAt, tx);
  }

  /** The uploaded file and baseline; refuses what is absent, corrupt or does not fit the signature. */
  private async evidence(body: RegisterVersionBody): Promise<Pick<Version, 'artifact' | 'baseline'>> {
    const artifact = await this.contentOf('artifact', body.artifact.sha256);
    if (artifact.format !== body.artifact.format) {
      throw unprocessable('artifact.format', `the content is ${artifact.format}, not ${body.artifact.format}`);
    }
    const misfits = modelFitProblems(body.signature, await this.artifacts.tensorsOf(artifact.sha256));
    if (misfits.length > 0) {
      throw new ProblemError({
        status: 422,
        code: 'DBR-SIGNATURE-MISFIT',
        detail: 'The signature does not describe the uploaded model.',
        errors: misfits,
        fix: 'Use the names of the inputs and outputs inside the ONNX file.',
      });
    }
    const found = { artifact: { sha256: artifact.sha256, bytes: artifact.bytes, format: artifact.format } };
    if (body.baseline === undefined) return found;
    const baseline = await this.contentOf('baseline', body.baseline.sha256);
    return { ...found, baseline: { sha256: baseline.sha256, bytes: baseline.bytes } };
  }

  private async contentOf(kind: 'artifact' | 'baseline', sha256: string): Promise<Content> {
    const content = await this.contents.byDigest(sha256);
    if (content?.kind === kind) return content;
    const route = kind === 'artifact' ? 'POST /api/v1/artifacts' : 'POST /api/v1/baselines';
    throw unprocessable(
      `${kind}.sha256`,
      `no ${kind} with this digest was uploaded`,
      `Upload it with ${route} and use the digest in the answer.`,
    );
  }
}

function unprocessable(field: string, message: string, fix?: string): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'DBR-EVIDENCE-MISSING',
    detail: `${field}: ${message}.`,
    errors: [{ field, message }],
    ...(fix !== undefined && { fix }),
  });
}

function taken(model: string, version: string): ProblemError {
  return conflict(
    'DBR-VERSION-TAKEN',
    `Version ${version} of ${model} is already registered and never changes.`,
    'Leave the version out to get the next number, or choose another one.',
  );
}

function optional(body: RegisterVersionBody): Partial<Pick<Version, 'runId' | 'runUrl' | 'gitCommit' | 'gitUrl' | 'traceId'>> {
  const { runId, runUrl, gitCommit, gitUrl } = body;
  const traceId = currentTraceId();
  return {
    ...(runId !== undefined && { runId }),
    ...(runUrl !== undefined && { runUrl }),
    ...(gitCommit !== undefined && { gitCommit }),
    ...(gitUrl !== undefined && { gitUrl }),
    ...(traceId !== undefined && { traceId }),
  };
}

/** A validated DTO as the plain object that is stored and sent. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
