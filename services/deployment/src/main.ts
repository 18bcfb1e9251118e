import { runService, serviceConfig } from '@drawbridge/service';
import { DeploymentModule } from './deployment.module.js';

const config = serviceConfig('deployment');
await runService({ config, module: DeploymentModule.for(config), group: 'deployment' });
