import { base } from './jest.base.mjs';

/** Integration tests: one real Kafka and one real Postgres, started once for the run and stopped at its end. */
export default {
  ...base,
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/clients', '<rootDir>/infra', '<rootDir>/examples'],
  testMatch: ['**/*.it.ts'],
  testTimeout: 60_000,
  globalSetup: '<rootDir>/libs/testing/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/jest/global-teardown.mjs',
};
