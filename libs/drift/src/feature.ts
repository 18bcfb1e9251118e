/** How a monitored quantity is counted: by value, by category, or by bands of a cycle. */
export type FeatureKind = 'numeric' | 'categorical' | 'calendar';

/** The cycle a calendar field repeats with. A window shorter than its cycle says nothing about it. */
export type CalendarCycle = 'hour' | 'weekday';

/** What the model's signature says about one monitored column; nothing is guessed from its values. */
export interface FeatureSpec {
  readonly name: string;
  readonly kind: FeatureKind;
  /** Required when `kind` is `calendar`. */
  readonly calendar?: CalendarCycle;
  /** Ascending band starts plus the end of the last band; a value belongs to `[bands[i], bands[i+1])`. */
  readonly bands?: readonly number[];
}

/** A value as it stands in a sample column; `null`, `undefined` and NaN count as missing. */
export type ColumnValue = number | string | boolean | null | undefined;
export type Column = ArrayLike<ColumnValue>;

/** Seven bands of the day, none of them near empty in ordinary traffic. */
const HOUR_BANDS: readonly number[] = [0, 6, 9, 12, 15, 18, 21, 24];
/** Days 0 to 6; a calendar that counts 1 to 7 needs explicit bands. */
const WEEKDAY_BANDS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

export function bandsOf(spec: FeatureSpec): readonly number[] {
  const bands = spec.bands ?? (spec.calendar === 'weekday' ? WEEKDAY_BANDS : HOUR_BANDS);
  for (let i = 1; i < bands.length; i += 1) {
    if (!(bands[i]! > bands[i - 1]!)) throw new RangeError(`feature ${spec.name}: bands must ascend`);
  }
  if (bands.length < 3) throw new RangeError(`feature ${spec.name}: at least two bands are needed`);
  return bands;
}
