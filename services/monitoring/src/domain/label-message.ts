/** A label, as its message says it. */
export interface ArrivedLabel {
  readonly project: string;
  readonly predictionId: string;
  /** The value as text: `true`, `late`, `0.25`. */
  readonly text: string;
  /** The value as a number: 1 and 0 for true and false; null for text that is no number. */
  readonly numeric: number | null;
  readonly observedMs: number;
  readonly revision: number;
  readonly weight: number | null;
  readonly source: string | null;
  readonly retracted: boolean;
}

/** The `label.received` that says the same as the one the label came with. */
export function labelMessage(label: ArrivedLabel): string {
  const { project, predictionId, observedMs, revision, weight, source, retracted } = label;
  return JSON.stringify({
    predictionId,
    project,
    value: valueOf(label),
    observedAt: new Date(observedMs).toISOString(),
    revision,
    ...(weight === null ? {} : { weight }),
    ...(source === null ? {} : { source }),
    ...(retracted ? { retracted } : {}),
  });
}

function valueOf({ text, numeric }: ArrivedLabel): string | number | boolean {
  if (numeric === null) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return String(numeric) === text ? numeric : text;
}
