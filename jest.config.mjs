import { base } from './jest.base.mjs';

/** Unit and contract tests: no network, no disk beyond the repository, whole run under ten seconds. */
export default {
  ...base,
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/clients', '<rootDir>/infra', '<rootDir>/examples'],
  testMatch: ['**/*.test.ts'],
};
