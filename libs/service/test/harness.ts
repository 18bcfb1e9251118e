import { migrate } from '@drawbridge/postgres';
import { createLogger } from '@drawbridge/telemetry';
import { sandbox, type Sandbox } from '@drawbridge/testing';
import { runService, type RunningService, type RunOptions, serviceConfig } from '../src/index.js';
import { TinySchema0001, tinyModule } from './tiny-service.js';

export interface Harness {
  readonly box: Sandbox;
  /** Starts the tiny service, in this process, on a free port. */
  start(options?: Partial<RunOptions>, env?: Readonly<Record<string, string>>): Promise<RunningService>;
  stop(): Promise<void>;
}

/** A migrated sandbox with keys, and tiny services in it. */
export async function harness(name: string): Promise<Harness> {
  const box = await sandbox(name);
  await migrate({
    url: box.migrationUrl('deployment'),
    schema: 'deployment',
    migrations: [TinySchema0001],
    log: createLogger('test'),
  });
  await box.seedAccess();
  const running: RunningService[] = [];
  return {
    box,
    async start(options = {}, env = {}) {
      const config = serviceConfig('deployment', { ...box.env('deployment'), DRAWBRIDGE_PORT: '0', ...env });
      const service = await runService({ config, module: tinyModule(config), group: 'deployment', signals: false, ...options });
      running.push(service);
      return service;
    },
    async stop() {
      await Promise.all(running.map((service) => service.stop()));
      await box.dispose();
    },
  };
}
