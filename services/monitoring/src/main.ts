import 'reflect-metadata';
import { type LifecycleStep, Platform, runService } from '@drawbridge/service';
import { ReadFreshness } from './commands/read-freshness.js';
import { monitoringConfig } from './config.js';
import { withFreshness } from './http/freshness.document.js';
import { dataPlaneSteps } from './lifecycle.js';
import { MonitoringModule } from './monitoring.module.js';
import { DatabaseClock } from './persistence/database-clock.js';

const config = monitoringConfig();

await runService({
  config,
  module: MonitoringModule.for(config),
  group: 'monitoring',
  lifecycle: (app): LifecycleStep[] => dataPlaneSteps(app.get(Platform), app.get(ReadFreshness), app.get(DatabaseClock), config),
  document: withFreshness,
});
