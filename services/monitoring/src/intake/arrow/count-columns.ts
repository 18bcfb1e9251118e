import { addValue, type FeatureLayout, type FeatureSlot, type WindowCounts } from '@drawbridge/drift';
import { addOutput } from '../count-row.js';
import type { PredictionRow } from '../prediction.codec.js';
import type { Column } from './column.js';
import type { Sheet } from './sheet.js';

interface SlotPlan {
  readonly slot: number;
  readonly family: FeatureSlot['family'];
  readonly kind: FeatureSlot['kind'];
  /** Absent when the rows do not have the feature. */
  readonly column: Column | undefined;
  /** Cell by number of the text in the dictionary, as far as looked up. */
  readonly cells: number[];
}

/** Which column feeds which slot of one model. */
export interface CountingPlan {
  readonly sheet: Sheet;
  readonly layout: FeatureLayout;
  readonly slots: readonly SlotPlan[];
}

export function planOf(sheet: Sheet, layout: FeatureLayout): CountingPlan {
  const columns = new Map(sheet.features.map(({ name, column }) => [name, column]));
  const slots = layout.slots.map(({ index, family, kind, name }) => {
    return { slot: index, family, kind, column: family === 'input' ? columns.get(name) : undefined, cells: [] };
  });
  return { sheet, layout, slots };
}

/** Adds one row to a window as `countRow` adds an event. */
export function countColumns(counts: WindowCounts, { layout, slots }: CountingPlan, row: PredictionRow, at: number): void {
  counts.addRow();
  for (let i = 0; i < slots.length; i += 1) {
    const { slot, family, kind, column, cells } = slots[i]!;
    if (family !== 'input') addOutput(counts, slot, kind === 'categorical', row);
    else if (column === undefined || column.isNull(at)) counts.addMissing(slot);
    else if (column.kind === 'number' && kind !== 'categorical') counts.addNumeric(slot, column.number(at));
    else {
      const code = kind === 'categorical' ? column.code(at) : -1;
      if (code < 0) addValue(counts, slot, column.value(at));
      else {
        cells[code] ??= layout.categoryCell(slot, column.text(at));
        counts.addCell(slot, cells[code]);
      }
    }
  }
}
