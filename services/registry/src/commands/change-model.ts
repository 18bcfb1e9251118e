import { Injectable } from '@nestjs/common';
import type { Actor } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { invalid, notFound } from '@drawbridge/service';
import type { Model, RiskClass } from '../domain/model.js';
import { TAG_VALUE_LIMIT, tagKeyProblem } from '../domain/names.js';
import { type LockedModel, ModelStore } from '../persistence/model.store.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { VersionStore } from '../persistence/version.store.js';
import { ModelEvents } from './model-events.js';

export interface ModelChange {
  readonly owner?: string;
  readonly description?: string;
  readonly riskClass?: RiskClass;
}

/** Who changes which model, and when. */
export interface ChangeContext {
  readonly project: string;
  readonly model: string;
  readonly actor: Actor;
  readonly now: Date;
}

/** Changes of what may change after registration: a model's description and the tags of models and versions. */
@Injectable()
export class ChangeModel {
  constructor(
    private readonly work: UnitOfWork,
    private readonly models: ModelStore,
    private readonly versions: VersionStore,
    private readonly events: ModelEvents,
  ) {}

  patch(context: ChangeContext, change: ModelChange): Promise<Model> {
    return this.change(context, 'model.updated', { ...change }, async (model, tx) => {
      await this.models.update(model.id, change, context.now, tx);
    });
  }

  setTag(context: ChangeContext, key: string, value: string): Promise<Model> {
    checkTag(key, value);
    return this.change(context, 'model.tag.set', { key, value }, (model, tx) => this.models.setTag(model.id, key, value, tx));
  }

  removeTag(context: ChangeContext, key: string): Promise<Model> {
    return this.change(context, 'model.tag.removed', { key }, (model, tx) => this.models.removeTag(model.id, key, tx));
  }

  setVersionTag(context: ChangeContext, version: string, key: string, value: string): Promise<Model> {
    checkTag(key, value);
    return this.change(context, 'version.tag.set', { version, key, value }, async (model, tx) => {
      await this.versions.setTag(await this.versionId(model, version, tx), key, value, tx);
    });
  }

  removeVersionTag(context: ChangeContext, version: string, key: string): Promise<Model> {
    return this.change(context, 'version.tag.removed', { version, key }, async (model, tx) => {
      await this.versions.removeTag(await this.versionId(model, version, tx), key, tx);
    });
  }

  private async versionId(model: LockedModel, version: string, tx: Transaction): Promise<string> {
    const found = await this.versions.byVersion(model.id, version, tx);
    if (found === undefined) throw notFound('version', `${model.name}/${version}`);
    return found.id;
  }

  private change(
    context: ChangeContext,
    action: string,
    details: Record<string, unknown>,
    write: (model: LockedModel, tx: Transaction) => Promise<void>,
  ): Promise<Model> {
    const { project, actor, now } = context;
    return this.work.run(async (tx) => {
      const model = await this.models.lock(project, context.model, tx);
      if (model === undefined) throw notFound('model', context.model);
      await write(model, tx);
      await this.models.touch(model.id, now, tx);
      await this.events.recorded({ model, action, details }, actor, now, tx);
      return this.events.state(project, model.name, actor, now, tx);
    });
  }
}

function checkTag(key: string, value: string): void {
  const problem = tagKeyProblem(key);
  if (problem !== undefined) throw invalid([{ field: 'key', message: problem }]);
  if (value.length > TAG_VALUE_LIMIT) throw invalid([{ field: 'value', message: `must have at most ${TAG_VALUE_LIMIT} characters` }]);
}
