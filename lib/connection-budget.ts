import { brokerTypes } from './brokers';
import { speaksKafka } from './function-environment';
import type { Consumer, FunctionNeeds, Topic } from './function-needs';
import type { Stage } from './stages';

export interface ConnectionBudget {
  /** Execution environments that may hold connections at the same time. */
  readonly environments: number;
  /** IAM connections of one broker, when all of them are up. */
  readonly connections: number;
  /** Seconds a broker needs to let all of them in again after it restarted. */
  readonly secondsToReconnect: number;
  /** What is over the limit, a sentence each. */
  readonly faults: readonly string[];
}

/** kafkajs keeps one connection to each broker, and one more to the one it bootstrapped from. */
const CONNECTIONS_PER_ENVIRONMENT = 2;
/** Half is left to pollers, operators, and environments that were frozen and not yet ended. */
const SHARE_OF_CONNECTIONS = 0.5;
/** Long enough for a dev cluster, short enough that a broker's restart is not an outage. */
const MOST_SECONDS_TO_RECONNECT = 60;

/**
 * Whether the brokers let in all environments there may be: the connection storm is how MSK and Lambda fail together.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
 */
export function connectionBudget(
  stage: Stage,
  functions: Readonly<Record<string, FunctionNeeds & Partial<Pick<Consumer, 'reads' | 'deadLetters'>>>>,
  topics: Readonly<Record<string, Topic>>,
): ConnectionBudget {
  const faults: string[] = [];
  let environments = 0;
  for (const [name, needs] of Object.entries(functions)) {
    if (!speaksKafka(needs)) continue;
    if (needs.reads) {
      environments += needs.reads.reduce((sum, { topic }) => sum + (topics[topic]?.partitions ?? 0), 0);
    } else if (needs.concurrency === undefined) {
      faults.push(`${name} speaks to Kafka without a bound: give it a concurrency in lib/topology.ts`);
    } else {
      environments += Math.min(needs.concurrency, stage.mostConcurrency);
    }
  }

  const limits = brokerTypes[stage.brokerType];
  const connections = environments * CONNECTIONS_PER_ENVIRONMENT;
  const secondsToReconnect = Math.ceil(connections / limits.newConnectionsPerSecond);
  if (connections > limits.connections * SHARE_OF_CONNECTIONS) {
    faults.push(
      `${environments} environments hold ${connections} connections to each broker, over half of its ${limits.connections}: lower a concurrency in lib/topology.ts`,
    );
  }
  if (secondsToReconnect > MOST_SECONDS_TO_RECONNECT) {
    faults.push(
      `${connections} connections at ${limits.newConnectionsPerSecond} a second take ${secondsToReconnect} s after a broker restarts, over ${MOST_SECONDS_TO_RECONNECT} s: lower a concurrency, or take a larger broker`,
    );
  }
  return { environments, connections, secondsToReconnect, faults };
}
