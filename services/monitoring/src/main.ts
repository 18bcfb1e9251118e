import 'reflect-metadata';
import { type LifecycleStep, Platform, runService } from '@drawbridge/service';
import { monitoringConfig } from './config.js';
import { dataPlaneSteps } from './lifecycle.js';
import { MonitoringModule } from './monitoring.module.js';

const config = monitoringConfig();

await runService({
  config,
  module: MonitoringModule.for(config),
  group: 'monitoring',
  lifecycle: (app): LifecycleStep[] => dataPlaneSteps(app.get(Platform), config),
});
