const shared = {
  rootDir: '.',
  // Where `npm ci` empties it, not among the system's temporary files.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/plain-output.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/patience.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.orderflow'],
};

export default {
  // `npm run check` tells failures only; whoever runs jest sees each file pass.
  reporters: [
    process.env.ORDERFLOW_CHECK ? ['summary', { summaryThreshold: 0 }] : 'default',
    ...(process.env.ORDERFLOW_TEST_COUNTS ? ['<rootDir>/scripts/count-tests.cjs'] : []),
  ],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.integration\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'integration',
      globalSetup: '<rootDir>/test/start-engines.ts',
      globalTeardown: '<rootDir>/test/stop-engines.ts',
      testMatch: ['<rootDir>/test/**/*.integration.test.ts'],
    },
  ],
};
