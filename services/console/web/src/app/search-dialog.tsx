import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { type Hit, pathOf } from './path-of.js';
import { places } from './places.js';
import { useProject } from './project.js';
import { Dialog } from '../parts/dialog.js';

const PAUSE_MS = 150;

/** Any id or name, typed or pasted, leads to its page. */
export function SearchDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const asked = usePaused(text.trim());
  const list = useId();
  const navigate = useNavigate();
  const project = useProject();
  const found = useResource<{ items: Hit[] }>(asked === '' ? undefined : apiPath('search', { q: asked }));
  const own = places
    .filter(({ name }) => text !== '' && name.toLowerCase().startsWith(text.toLowerCase()))
    .map(({ to, name }) => ({ kind: 'page', id: to, name }));
  const hits: Hit[] = [...own, ...(asked === '' ? [] : (found.data?.items ?? []))];
  const at = Math.min(chosen, hits.length - 1);
  const open = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    onClose();
    void navigate({ href: pathOf(hit) });
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter') open(hits[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search" size="lg" onClose={onClose}>
      <div className="stack">
        <TextInput
          label="An id, or a part of a name"
          value={text}
          autoFocus
          data-autofocus
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          {...(hits.length > 0 ? { 'aria-activedescendant': `${list}-${String(at)}` } : {})}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={pressed}
        />
        <ul id={list} role="listbox" aria-label="what was found" className="plain">
          {hits.map((hit, index) => (
            <li
              key={hit.kind + hit.id}
              id={`${list}-${String(index)}`}
              role="option"
              aria-selected={index === at}
              className={index === at ? 'notice' : ''}
              onClick={() => open(hit)}
            >
              <span className="tag">{hit.kind}</span> <span className="strong">{hit.name}</span>{' '}
              {hit.id === hit.name ? null : <code className="quiet">{hit.id}</code>}{' '}
              {hit.project === undefined || hit.project === project ? null : <span className="quiet">in {hit.project}</span>}
            </li>
          ))}
        </ul>
        <p className="quiet" role="status">
          {asked !== '' && found.isSuccess && hits.length === 0 ? 'Nothing has this id or a name like it.' : ''}
          {found.error === null ? '' : found.error.message}
        </p>
      </div>
    </Dialog>
  );
}

function usePaused(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
