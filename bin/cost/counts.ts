/**
 * What an order takes, as `npm run bench -- pipeline` counts it, and what nobody has counted in an account: each says which.
 * docs/performance.md has the counted figures with their date.
 */
export const counts = {
  /** Counted, where orders come faster than batches are worked off and share the rows of users and items. */
  writeUnitsBusy: 14,
  /** Derived: an order that comes alone writes four shared rows of its own. */
  writeUnitsAlone: 18,
  /** Derived: strongly consistent reads of states and facts. */
  readUnits: 10,
  /** Counted: records of orders, order-events and order-commands that one order for food leaves. */
  recordsByTopic: { orders: 1, 'order-events': 4, 'order-commands': 2, trades: 0 } as Readonly<Record<string, number>>,
  /** Guess: an invocation waits for DynamoDB and Kafka, which are milliseconds away. */
  secondsAnInvocation: 0.05,
  /** Counted offline on a core of 2.5 GHz: processor time of all functions. */
  cpuSecondsAnOrder: 0.005,
  /** Derived: bytes of log lines, an order and an invocation. */
  logBytesAnOrder: 800,
  logBytesAnInvocation: 400,
  /** Counted: bytes that an order leaves in tables, and in the archive after compression. */
  tableBytes: 4_000,
  archiveBytes: 600,
  /** Guess: a batch for which `MaximumBatchingWindowInSeconds` is 0 is taken so often a second by each partition's poller. */
  batchesASecondWithoutWindow: 10,
} as const;

/**
 * Metrics that alarms look at, which are billed one by one: for each mapping, each function, each consumer's dead letters, and
 * for what a stage has once, such as its cluster and its API. A test counts them in the template.
 */
export const alarmMetrics = {
  ofMapping: 8,
  ofFunction: 3,
  ofConsumer: 1,
  ofStage: { dev: 15, prod: 23 },
} as const;
