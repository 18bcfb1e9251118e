import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/**
 * When a process began, as text that is the same each time it is asked; undefined when there is no such process.
 * Process ids are used again, so an id alone names nobody.
 */
export function startMark(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, spaces and brackets included.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not asked yet.
    return fields[0] === 'Z' ? undefined : `${bootId()}:${fields[19]}`;
  } catch {
    return markByPs(pid);
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  } catch {
    return '';
  }
}

function markByPs(pid: number): string | undefined {
  if (process.platform === 'linux') return undefined;
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

/** True when the process that carried this mark still runs. */
export function isSame(pid: number, mark: string): boolean {
  return startMark(pid) === mark;
}
