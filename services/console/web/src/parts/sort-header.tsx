import type { ReactNode } from 'react';

export interface SortHeaderProps {
  readonly field: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly children: ReactNode;
}

/** A column head that sorts on the server: once ascending, once descending. */
export function SortHeader({ field, sort, onSort, children }: SortHeaderProps): ReactNode {
  const state = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : undefined;
  return (
    <th scope="col" {...(state === undefined ? {} : { 'aria-sort': state })}>
      <button type="button" onClick={() => onSort(state === 'ascending' ? `-${field}` : field)}>
        {children} {state === 'ascending' ? '↑' : state === 'descending' ? '↓' : ''}
      </button>
    </th>
  );
}
