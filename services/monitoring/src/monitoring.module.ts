import { Platform, PlatformModule, type PlatformOptions } from '@drawbridge/service';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Outbox } from '@drawbridge/outbox';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ReadFreshness } from './commands/read-freshness.js';
import type { MonitoringConfig } from './config.js';
import { DeploymentEndedHandler } from './handlers/deployment-ended.handler.js';
import { DeploymentStartedHandler } from './handlers/deployment-started.handler.js';
import { TrafficChangedHandler } from './handlers/traffic-changed.handler.js';
import { DetectionsController } from './http/detections.controller.js';
import { FreshnessInterceptor } from './http/freshness.interceptor.js';
import { MonitorsController } from './http/monitors.controller.js';
import { RowsController } from './http/rows.controller.js';
import { WindowsController } from './http/windows.controller.js';
import { AccountingStore } from './persistence/accounting.store.js';
import { BaselineStore } from './persistence/baseline.store.js';
import { Database } from './persistence/database.js';
import { DatabaseClock } from './persistence/database-clock.js';
import { DetectionStore } from './persistence/detection.store.js';
import { FreshnessStore } from './persistence/freshness.store.js';
import { MonitorStore } from './persistence/monitor.store.js';
import { PerformanceStore } from './persistence/performance.store.js';
import { PredictionStore } from './persistence/prediction.store.js';
import { WindowStore } from './persistence/window.store.js';
import { CloseMonitor } from './sagas/close-monitor.js';
import { ConfigureMonitor } from './sagas/configure-monitor.js';

const stores = [MonitorStore, BaselineStore, WindowStore, DetectionStore, PredictionStore, PerformanceStore, AccountingStore];

/** The composition root of the control plane. The data plane is wired by hand in `monitoring.parts.ts`. */
@Module({})
export class MonitoringModule {
  static for(config: MonitoringConfig, platform: Omit<PlatformOptions, 'config'> = {}): DynamicModule {
    return {
      module: MonitoringModule,
      imports: [PlatformModule.forService({ ...platform, config, database: true })],
      controllers: [
        MonitorsController,
        WindowsController,
        DetectionsController,
        RowsController,
        DeploymentStartedHandler,
        DeploymentEndedHandler,
        TrafficChangedHandler,
      ],
      providers: [
        { provide: Database, useFactory: (source: DataSource) => new Database(source), inject: [DataSource] },
        {
          provide: DatabaseClock,
          useFactory: (database: Database) => new DatabaseClock(database, { wall: () => Date.now(), elapsed: () => performance.now() }),
          inject: [Database],
        },
        ...stores.map((store): Provider => ({
          provide: store,
          useFactory: (database: Database) => new store(database),
          inject: [Database],
        })),
        {
          provide: ConfigureMonitor,
          useFactory: (monitors: MonitorStore, baselines: BaselineStore, outbox: Outbox) =>
            new ConfigureMonitor(monitors, baselines, outbox),
          inject: [MonitorStore, BaselineStore, Outbox],
        },
        {
          provide: CloseMonitor,
          useFactory: (monitors: MonitorStore, outbox: Outbox) => new CloseMonitor(monitors, outbox),
          inject: [MonitorStore, Outbox],
        },
        {
          provide: ReadFreshness,
          useFactory: (database: Database, clock: DatabaseClock, { eventLog }: Platform) =>
            new ReadFreshness(eventLog, new FreshnessStore(database), () => clock.now()),
          inject: [Database, DatabaseClock, Platform],
        },
        { provide: APP_INTERCEPTOR, useClass: FreshnessInterceptor },
      ],
    };
  }
}
