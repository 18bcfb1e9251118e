import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { places } from './places.js';

const CHORD_MS = 1200;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Somebody types, a dialog is open, or the key belongs to the browser. */
export function isBusy(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('[role="dialog"]') !== null;
}

/** Keys of the whole site: search, help, filter, and g with a letter. They keep quiet while somebody types or a dialog is open. */
export function useShortcuts({ search, help }: { search: () => void; help: () => void }): void {
  const navigate = useNavigate();
  useEffect(() => {
    let armed = 0;
    const pressed = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        search();
        return;
      }
      if (isBusy(event)) return;
      const place = Date.now() - armed < CHORD_MS ? places.find(({ key }) => key === event.key) : undefined;
      armed = event.key === 'g' ? Date.now() : 0;
      if (place !== undefined) void navigate({ to: place.to });
      else if (event.key === '?') help();
      else if (event.key === '/') {
        const filter = document.querySelector<HTMLInputElement>('[data-filter] input');
        if (filter !== null) {
          event.preventDefault();
          filter.focus();
        }
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [navigate, search, help]);
}
