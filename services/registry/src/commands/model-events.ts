import { Injectable } from '@nestjs/common';
import type { Actor } from '@drawbridge/contracts';
import { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { type Model, modelSubject, registeredEvent, STATE_VERSIONS, stateEvent, type Version, versionSubject } from '../domain/model.js';
import { ModelStore } from '../persistence/model.store.js';
import { VersionStore } from '../persistence/version.store.js';

const aggregateType = 'models';

/** Announces what happened to a model, in the transaction in which it happens. */
@Injectable()
export class ModelEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly models: ModelStore,
    private readonly versions: VersionStore,
  ) {}

  async created(model: Model, actor: Actor, tx: Transaction): Promise<void> {
    const { id, project, name, owner, description, riskClass, createdAt } = model;
    await this.outbox.append(tx, {
      topic: 'model.created',
      aggregateType,
      aggregateId: id,
      subject: modelSubject(model),
      project,
      time: createdAt,
      actor,
      data: { modelId: id, model: name, owner, description, riskClass },
    });
  }

  async registered(version: Version, riskClass: string, tx: Transaction): Promise<void> {
    await this.outbox.append(tx, {
      topic: 'model.registered',
      aggregateType,
      aggregateId: version.modelId,
      subject: versionSubject(version),
      project: version.project,
      time: version.createdAt,
      actor: version.author,
      data: registeredEvent(version, riskClass),
    });
  }

  async aliasChanged(
    change: { readonly model: Model; readonly alias: string; readonly from?: string; readonly to?: string; readonly reason?: string },
    actor: Actor,
    at: Date,
    tx: Transaction,
  ): Promise<void> {
    const { model, alias, from, to, reason } = change;
    await this.outbox.append(tx, {
      topic: 'model.alias.changed',
      aggregateType,
      aggregateId: model.id,
      subject: modelSubject(model),
      project: model.project,
      time: at,
      actor,
      data: {
        modelId: model.id,
        model: model.name,
        alias,
        ...(from !== undefined && { fromVersion: from }),
        ...(to !== undefined && { toVersion: to }),
        ...(reason !== undefined && { reason }),
      },
    });
  }

  /** For the audit log: a change that is no domain event of its own. */
  async recorded(
    change: { readonly model: Pick<Model, 'id' | 'project' | 'name'>; readonly action: string; readonly details: Record<string, unknown> },
    actor: Actor,
    at: Date,
    tx: Transaction,
  ): Promise<void> {
    const { model, action, details } = change;
    const subject = modelSubject(model);
    await this.outbox.append(tx, {
      topic: 'audit.recorded',
      aggregateType,
      aggregateId: model.id,
      subject,
      project: model.project,
      time: at,
      actor,
      data: { action, subject, outcome: 'ok', details },
    });
  }

  /** The compacted document after a change. Reads what the transaction has written. */
  async state(project: string, name: string, actor: Actor, at: Date, tx: Transaction): Promise<Model> {
    const model = await this.models.byName(project, name, tx);
    if (model === undefined) throw new Error(`model ${name} vanished inside its transaction`);
    const newest = await this.versions.newest(model.id, STATE_VERSIONS, tx);
    await this.outbox.appendState(tx, {
      topic: 'model.state',
      aggregateType,
      aggregateId: model.id,
      subject: modelSubject(model),
      project,
      time: at,
      actor,
      data: stateEvent(model, newest),
    });
    return model;
  }
}
