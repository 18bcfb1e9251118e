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

/** Functions whose answer can be many times as long as what they are given: a few of them in a row fill the memory. */
const growing = ['replace', 'join', 'format', 'strings.quote'];

const env = celEnv({ funcs: strings.filter(({ name }) => !growing.includes(name)) });

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
    case 'callExpr': {
      walk(kind.value.target, locals, found, loops);
      const added = kind.value.function === '_+_' ? macroAdds(kind.value.args) : undefined;
      if (added === undefined && loops > 0 && kind.value.function === '_+_' && !kind.value.args.some(isNumber)) throw grows('+');
      for (const arg of added ?? kind.value.args) walk(arg, locals, found, loops);
      return;
    }
    case 'listExpr':
      if (loops > 0 && !kind.value.elements.every(isConstant)) throw grows('a list of other than constants');
      for (const element of kind.value.elements) walk(element, locals, found, loops);
      return;
    case 'structExpr':
      if (loops > 0) throw grows('a map');
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

function isConstant(expr: Expression): boolean {
  return expr?.exprKind.case === 'constExpr';
}

function isNumber(expr: Expression): boolean {
  const kind = expr?.exprKind;
  return kind?.case === 'constExpr' && ['int64Value', 'uint64Value', 'doubleValue'].includes(kind.value.constantKind.case ?? '');
}

/** What a loop's own macro adds to its result: one element, or one to a count. No author can write the result's name. */
function macroAdds([result, added]: readonly Expression[]): readonly Expression[] | undefined {
  if (result?.exprKind.case !== 'identExpr' || result.exprKind.value.name !== '@result') return undefined;
  return added?.exprKind.case === 'listExpr' ? added.exprKind.value.elements : [];
}

/** Loops in a row that each double what they are given would never end. */
function grows(what: string): Error {
  return new Error(`${what} inside a loop could grow without end; add numbers, compare, or name constants there`);
}
