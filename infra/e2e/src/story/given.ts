import type { Given } from './stage.js';

/** The addresses and the key that the environment names. */
export function givenBy(env: NodeJS.ProcessEnv): Given {
  const project = env['DRAWBRIDGE_STORY_PROJECT'];
  return {
    console: text(env, 'DRAWBRIDGE_CONSOLE_URL'),
    serving: text(env, 'DRAWBRIDGE_SERVING_URL'),
    brokers: text(env, 'DRAWBRIDGE_KAFKA_BROKERS').split(','),
    topicPrefix: env['DRAWBRIDGE_TOPIC_PREFIX'] ?? '',
    adminKey: text(env, 'DRAWBRIDGE_API_KEY'),
    ...(project === undefined ? {} : { project }),
  };
}

function text(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set; npm run demo sets it`);
  return value;
}
