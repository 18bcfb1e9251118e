import { handOver } from './prepare.mjs';

await handOver('stop');
