import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { run } from './run.js';

export interface PortHolder {
  readonly pid: number;
  readonly command: string;
}

const listening = '0A';

function listenInodes(port: number): Set<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let text: string;
    try {
      text = readFileSync(table, 'utf8');
    } catch {
      continue;
    }
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [, local, , state, , , , , , inode] = fields;
      if (inode !== undefined && state === listening && local?.endsWith(`:${hex}`) === true) inodes.add(inode);
    }
  }
  return inodes;
}

function ownerOf(inodes: ReadonlySet<string>): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      for (const descriptor of readdirSync(`/proc/${entry}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${entry}/fd/${descriptor}`))?.[1];
        if (inode !== undefined && inodes.has(inode)) return Number(entry);
      }
    } catch {
      continue; // gone meanwhile, or another user's
    }
  }
  return undefined;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim().slice(0, 120);
  } catch {
    return '';
  }
}

/** Who listens on a port; undefined when the system does not tell (another user's process). */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  try {
    const pid = ownerOf(listenInodes(port));
    if (pid !== undefined) return { pid, command: commandOf(pid) };
  } catch {
    // no /proc: macOS
  }
  const { code, output } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = code === 0 ? /^p(\d+)/m.exec(output)?.[1] : undefined;
  return pid === undefined ? undefined : { pid: Number(pid), command: /^c(.*)$/m.exec(output)?.[1] ?? '' };
}
