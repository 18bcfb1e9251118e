import { Injectable } from '@nestjs/common';
import type { Actor } from '@drawbridge/contracts';
import { conflict, invalid } from '@drawbridge/service';
import { v7 as uuidv7 } from 'uuid';
import { type Model, modelSubject, type RiskClass } from '../domain/model.js';
import { modelNameProblem, tagProblems } from '../domain/names.js';
import { ModelStore } from '../persistence/model.store.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { ModelEvents } from './model-events.js';

export interface NewModel {
  readonly name: string;
  readonly owner?: string;
  readonly description?: string;
  readonly riskClass?: RiskClass;
  readonly tags?: Readonly<Record<string, string>>;
}

@Injectable()
export class CreateModel {
  constructor(
    private readonly work: UnitOfWork,
    private readonly models: ModelStore,
    private readonly events: ModelEvents,
  ) {}

  async run(project: string, input: NewModel, actor: Actor, now: Date): Promise<Model> {
    const problem = modelNameProblem(input.name);
    const problems = [...(problem === undefined ? [] : [{ field: 'name', message: problem }]), ...tagProblems(input.tags, 'tags')];
    if (problems.length > 0) throw invalid(problems);
    const model: Model = {
      id: uuidv7(),
      project,
      name: input.name,
      owner: input.owner ?? actor.name ?? actor.id,
      description: input.description ?? '',
      riskClass: input.riskClass ?? 'medium',
      tags: input.tags ?? {},
      aliases: {},
      versionCount: 0,
      createdAt: now,
      updatedAt: now,
    };
    return this.work.run(async (tx) => {
      if (!(await this.models.insert(model, tx))) {
        throw conflict(
          'DBR-MODEL-EXISTS',
          `There is already a model "${input.name}".`,
          `Register a version of it, or read ${modelSubject(model)}.`,
        );
      }
      await this.events.created(model, actor, tx);
      return this.events.state(project, model.name, actor, now, tx);
    });
  }
}
