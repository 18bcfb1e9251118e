import { Injectable } from '@nestjs/common';
import { invalid, notFound } from '@drawbridge/service';
import { type Model, versionOfAlias } from '../domain/model.js';
import { aliasProblem } from '../domain/names.js';
import { ModelStore } from '../persistence/model.store.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { VersionStore } from '../persistence/version.store.js';
import type { ChangeContext } from './change-model.js';
import { ModelEvents } from './model-events.js';

/** Points an alias at a version, or takes it away. An alias that already stands as asked announces nothing. */
@Injectable()
export class ChangeAlias {
  constructor(
    private readonly work: UnitOfWork,
    private readonly models: ModelStore,
    private readonly versions: VersionStore,
    private readonly events: ModelEvents,
  ) {}

  /** `to` undefined removes the alias. */
  async run(context: ChangeContext, alias: string, to: string | undefined, reason?: string): Promise<Model> {
    const problem = aliasProblem(alias);
    if (problem !== undefined) throw invalid([{ field: 'alias', message: problem }]);
    const { project, actor, now } = context;
    return this.work.run(async (tx) => {
      const locked = await this.models.lock(project, context.model, tx);
      const model = locked && (await this.models.byName(project, context.model, tx));
      if (model === undefined) throw notFound('model', context.model);
      const from = versionOfAlias(model, alias);
      if (to === undefined && from === undefined) throw notFound('alias', alias);
      if (from === to) return model;
      if (to === undefined) await this.models.removeAlias(model.id, alias, tx);
      else {
        const version = await this.versions.byVersion(model.id, to, tx);
        if (version === undefined) throw notFound('version', `${model.name}/${to}`);
        await this.models.setAlias(model.id, alias, version.id, now, tx);
      }
      await this.models.touch(model.id, now, tx);
      await this.events.aliasChanged(
        { model, alias, ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...(reason !== undefined && { reason }) },
        actor,
        now,
        tx,
      );
      return this.events.state(project, model.name, actor, now, tx);
    });
  }
}
