import { base } from './jest.base.mjs';

/** The user's story on one embedded stack: first the story, then the pages on its data. One stack, one after another. */
export default {
  ...base,
  // onnxruntime hands out arrays of the outer realm; the story scores with it.
  testEnvironment: '<rootDir>/examples/flights/test/native-arrays-environment.mjs',
  roots: ['<rootDir>/infra/e2e'],
  testMatch: ['**/*.e2e.ts'],
  testTimeout: 120_000,
  // A browser or a Kafka client that closes slowly must not hold the run after its results are known.
  forceExit: true,
  testSequencer: '<rootDir>/infra/e2e/jest/sequencer.mjs',
  globalSetup: '<rootDir>/infra/e2e/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/infra/e2e/jest/global-teardown.mjs',
};
