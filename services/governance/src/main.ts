import { runService } from '@drawbridge/service';
import { governanceConfig } from './config.js';
import { GovernanceModule } from './governance.module.js';
import { governanceSteps } from './lifecycle.js';

const config = governanceConfig();
await runService({
  config: config.service,
  module: GovernanceModule.for(config),
  group: 'governance',
  lifecycle: (app) => governanceSteps(app, config),
});
