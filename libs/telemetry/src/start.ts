/**
 * Loaded by `node --import @drawbridge/telemetry/start`, before anything else: a module that is imported before the
 * hook is registered stays untraced, and nothing says so.
 */
import { register } from 'node:module';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const { startSdk } = await import('./start-sdk.js');
startSdk();
