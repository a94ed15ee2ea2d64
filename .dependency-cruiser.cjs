/** The boundaries of docs/architecture.md, as rules: what runs never knows what provisions it, and the runner knows only cdk.out. */
module.exports = {
  forbidden: [
    {
      name: 'lambdas-know-nothing-of-provisioning',
      severity: 'error',
      from: { path: '^lambdas' },
      to: { path: '^(lib|bin|local|console|bench|test)/|node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'lib-takes-types-routes-and-event-types-of-lambdas',
      severity: 'error',
      from: { path: '^lib' },
      to: {
        path: '^lambdas',
        pathNot: '^lambdas/(api/routes|[a-z-]+/event-types)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'lib-knows-nothing-of-the-runner',
      severity: 'error',
      from: { path: '^lib' },
      to: { path: '^(bin|local|console|bench|test)/' },
    },
    {
      name: 'local-reads-the-assembly-only',
      severity: 'error',
      from: { path: '^local' },
      to: { path: '^(lib|lambdas|bin|console|bench|test)/|node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'kafkajs-behind-one-adapter-a-side',
      severity: 'error',
      from: {
        path: '^(lambdas|local|lib|bin)',
        pathNot: '^(lambdas/kafka/kafkajs-[a-z-]+|local/mapping/kafkajs-[a-z-]+)(\\.d)?\\.ts$',
      },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'domain-imports-schemas-and-numbers-only',
      severity: 'error',
      from: { path: '^lambdas/order/' },
      to: {
        pathNot: '^lambdas/order/|node_modules/(zod|big\\.js|@types/big\\.js|uuid|lossless-json)/',
        dependencyTypesNot: ['core'],
      },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
