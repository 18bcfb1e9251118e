import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';

export interface FilterField {
  readonly name: string;
  readonly label: string;
  /** Choices; free text without them. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** What no choice means; default: all. */
  readonly none?: string;
}

type Values = Readonly<Record<string, string | undefined>>;

export interface FilterBarProps {
  readonly fields: readonly FilterField[];
  readonly values: Values;
  /** The address takes the filters; an empty one leaves it. */
  readonly onChange: (values: Record<string, string | undefined>) => void;
}

const PAUSE_MS = 300;

/** Filters of a list, always in sight. The server filters. */
export function FilterBar({ fields, values, onChange }: FilterBarProps): ReactNode {
  const given = fields.some(({ name }) => values[name] !== undefined);
  const set = (name: string, value: string): void => onChange({ ...values, [name]: value === '' ? undefined : value });
  return (
    <div className="row row-end" role="search" data-filter>
      {fields.map(({ name, label, options, none = 'all' }) =>
        options === undefined ? (
          <TextFilter key={name} label={label} value={values[name] ?? ''} onSettle={(value) => set(name, value)} />
        ) : (
          <NativeSelect
            key={name}
            size="xs"
            label={label}
            value={values[name] ?? ''}
            data={[{ value: '', label: none }, ...options]}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ),
      )}
      {given ? (
        <Button size="xs" variant="default" onClick={() => onChange(Object.fromEntries(fields.map(({ name }) => [name, undefined])))}>
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

function TextFilter({ label, value, onSettle }: { label: string; value: string; onSettle: (value: string) => void }): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onSettle(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
    // Only typing starts the pause; a new handler must not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [text, value]);
  return <TextInput size="xs" label={label} value={text} onChange={(event) => setText(event.currentTarget.value)} />;
}

export function optionsOf(...values: readonly string[]): { value: string; label: string }[] {
  return values.map((value) => ({ value, label: value }));
}
