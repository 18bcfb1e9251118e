/** The tiny service as a process of its own, for tests that kill it or look at its spans. */
import { runService, serviceConfig } from '../src/index.js';
import { tinyModule } from './tiny-service.js';

const config = serviceConfig('deployment');
await runService({ config, module: tinyModule(config), group: 'deployment' });
