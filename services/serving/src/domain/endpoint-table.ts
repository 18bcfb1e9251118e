import type { EndpointState } from '@drawbridge/contracts';

export type Endpoint = EndpointState;
export type Target = EndpointState['targets'][number];

export type Lookup =
  | { readonly kind: 'found'; readonly endpoint: Endpoint }
  | { readonly kind: 'unknown-model' }
  | { readonly kind: 'unknown-endpoint'; readonly endpoints: readonly string[] }
  | { readonly kind: 'ambiguous'; readonly endpoints: readonly string[] };

/** The endpoints as they were last published. A document with a lower sequence than the known one is ignored. */
export class EndpointTable {
  private readonly byId = new Map<string, Endpoint>();
  /** Names are a project's own: two projects may each have a model of the same name. */
  private byProject = new Map<string, Map<string, Endpoint[]>>();

  /** False when the document was older than the known one. */
  apply(state: EndpointState): boolean {
    const known = this.byId.get(state.endpointId);
    if (known !== undefined && (state.sequence ?? 0) < (known.sequence ?? 0)) return false;
    this.byId.set(state.endpointId, state);
    this.index();
    return true;
  }

  remove(endpointId: string): void {
    if (this.byId.delete(endpointId)) this.index();
  }

  all(): readonly Endpoint[] {
    return [...this.byId.values()];
  }

  /** Names of a project's models that have an endpoint, in alphabetical order. */
  models(project: string): readonly string[] {
    return [...(this.byProject.get(project)?.keys() ?? [])].toSorted();
  }

  /** The endpoint that serves a model of a project. The endpoint's name or id is needed only when several serve it. */
  find(project: string, model: string, endpoint?: string): Lookup {
    const serving = this.byProject.get(project)?.get(model);
    if (serving === undefined) return { kind: 'unknown-model' };
    const endpoints = serving.map((each) => each.endpoint).toSorted();
    if (endpoint !== undefined) {
      const named = serving.filter((each) => each.endpointId === endpoint || each.endpoint === endpoint);
      if (named.length === 0) return { kind: 'unknown-endpoint', endpoints };
      return named.length === 1
        ? { kind: 'found', endpoint: named[0]! }
        : { kind: 'ambiguous', endpoints: named.map((each) => each.endpointId) };
    }
    return serving.length === 1 ? { kind: 'found', endpoint: serving[0]! } : { kind: 'ambiguous', endpoints };
  }

  private index(): void {
    const byProject = new Map<string, Map<string, Endpoint[]>>();
    for (const endpoint of this.byId.values()) {
      if (endpoint.targets.length === 0) continue;
      const byModel = byProject.get(endpoint.project) ?? new Map<string, Endpoint[]>();
      byProject.set(endpoint.project, byModel);
      const same = byModel.get(endpoint.model);
      if (same === undefined) byModel.set(endpoint.model, [endpoint]);
      else same.push(endpoint);
    }
    this.byProject = byProject;
  }
}
