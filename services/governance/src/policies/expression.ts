import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { type Evidence, type EvidenceValue, holdsPath } from '../domain/evidence.js';

type Expression = ReturnType<typeof parse>['expr'];

/** What an expression answered: yes, no, or why it could not be computed. */
export type Answer =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'error'; readonly why: string; readonly missing: readonly string[] };

/** A name in an expression: a dotted path into the evidence. `tested` paths are asked for with `has()` and may be absent. */
export interface Reference {
  readonly path: string;
  readonly tested: boolean;
}

const env = celEnv({ funcs: strings });

/** Loops inside loops beyond this are refused: a policy is evaluated on every request. */
const deepestLoop = 2;

/** A parsed CEL expression. Parsing throws; evaluating never does. */
export class PolicyExpression {
  readonly references: readonly Reference[];
  private readonly evaluatePlan: (bindings: Record<string, CelInput>) => unknown;

  constructor(readonly text: string) {
    const { expr } = parse(text);
    const found: Reference[] = [];
    walk(expr, new Set(), found, 0);
    this.references = found;
    this.evaluatePlan = plan(env, expr) as (bindings: Record<string, CelInput>) => unknown;
  }

  /** An error of the evaluator is a value here, never `false`: the caller must treat it as a refusal. */
  evaluate(evidence: Evidence): Answer {
    const bindings = Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, celInput(value)]));
    let result: unknown;
    try {
      result = this.evaluatePlan(bindings);
    } catch (error) {
      return { kind: 'error', why: error instanceof Error ? error.message : String(error), missing: this.missing(evidence) };
    }
    if (isCelError(result)) return { kind: 'error', why: result.message, missing: this.missing(evidence) };
    if (typeof result === 'boolean') return { kind: 'bool', value: result };
    return { kind: 'error', why: 'it does not answer true or false', missing: [] };
  }

  /** Paths the expression reads that the evidence does not have. */
  missing(evidence: Evidence): string[] {
    return [...new Set(this.references.map((reference) => reference.path).filter((path) => !holdsPath(evidence, path)))];
  }
}

/** CEL reads maps and lists; plain objects would be taken for messages. */
function celInput(value: EvidenceValue): CelInput {
  if (Array.isArray(value)) return value.map((item: EvidenceValue) => celInput(item));
  if (value !== null && typeof value === 'object') {
    return new Map(Object.entries(value).map(([key, item]) => [key, celInput(item as EvidenceValue)]));
  }
  return value as string | number | boolean | null;
}

/** The dotted path of a chain of selections that starts at a name, e.g. `version.metrics.auc`. */
function pathOf(expr: Expression | undefined): { root: string; path: string } | undefined {
  const kind = expr?.exprKind;
  if (kind?.case === 'identExpr') return { root: kind.value.name, path: kind.value.name };
  if (kind?.case !== 'selectExpr') return undefined;
  const operand = pathOf(kind.value.operand);
  return operand === undefined ? undefined : { root: operand.root, path: `${operand.path}.${kind.value.field}` };
}

function walk(expr: Expression | undefined, locals: ReadonlySet<string>, found: Reference[], loops: number): void {
  const kind = expr?.exprKind;
  switch (kind?.case) {
    case 'identExpr':
    case 'selectExpr': {
      const chain = pathOf(expr);
      if (chain !== undefined) {
        const tested = kind.case === 'selectExpr' && kind.value.testOnly;
        if (!locals.has(chain.root)) found.push({ path: chain.path, tested });
      } else if (kind.case === 'selectExpr') {
        walk(kind.value.operand, locals, found, loops);
      }
      return;
    }
    case 'callExpr':
      walk(kind.value.target, locals, found, loops);
      for (const arg of kind.value.args) walk(arg, locals, found, loops);
      return;
    case 'listExpr':
      for (const element of kind.value.elements) walk(element, locals, found, loops);
      return;
    case 'structExpr':
      for (const entry of kind.value.entries) walk(entry.value, locals, found, loops);
      return;
    case 'comprehensionExpr': {
      if (loops >= deepestLoop) throw new Error(`loops are nested more than ${deepestLoop} deep`);
      const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
      walk(iterRange, locals, found, loops);
      const inner = new Set([...locals, iterVar, iterVar2, accuVar]);
      for (const part of [accuInit, loopCondition, loopStep, result]) walk(part, inner, found, loops + 1);
      return;
    }
    case 'constExpr':
    case undefined:
  }
}
