import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { portOffsets } from '@drawbridge/contracts';
import { repositoryRoot } from '../package-root.js';

/** Everything a stack keeps lies in one folder. */
export interface Home {
  readonly root: string;
  readonly logs: string;
  readonly postgres: string;
  readonly kafka: string;
  readonly artifacts: string;
  readonly secrets: string;
  readonly bootstrapKeys: string;
  readonly state: string;
  readonly settings: string;
}

/** `.drawbridge` in the repository, or the folder that DRAWBRIDGE_HOME names. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): Home {
  const own = env['DRAWBRIDGE_HOME'];
  const named = own === undefined || own === '' ? join(repositoryRoot, '.drawbridge') : own.replace(/^~(?=\/|$)/, homedir());
  const root = isAbsolute(named) ? named : resolve(named);
  return {
    root,
    logs: join(root, 'logs'),
    postgres: join(root, 'postgres'),
    kafka: join(root, 'kafka'),
    artifacts: join(root, 'artifacts'),
    secrets: join(root, 'secrets.json'),
    bootstrapKeys: join(root, 'bootstrap-keys.json'),
    state: join(root, 'stack.json'),
    settings: join(root, 'settings.json'),
  };
}

export type PortName = keyof typeof portOffsets;
export type Ports = Readonly<Record<PortName, number>>;

/** The block of ports that starts at the base. */
export function portsFrom(base: number): Ports {
  return Object.fromEntries(Object.entries(portOffsets).map(([name, offset]) => [name, base + offset])) as Ports;
}

/** Services in the order they start; two at a time, since most of a start is one core's work. They stop in reverse. */
export const serviceOrder = [
  ['governance', 'registry'],
  ['monitoring', 'deployment'],
  ['serving', 'console'],
] as const;

export type ServiceProcess = (typeof serviceOrder)[number][number];

export const allServices: readonly ServiceProcess[] = serviceOrder.flat();

/** Serving keeps its state in memory and has no schema. */
export const databaseServices = allServices.filter((name) => name !== 'serving');
