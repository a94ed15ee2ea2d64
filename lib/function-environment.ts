import type { Consumer, FunctionNeeds } from './function-needs';

/** A function of either kind: a consumer has more to it. */
export type AnyFunction = FunctionNeeds & Partial<Pick<Consumer, 'knows' | 'deadLetters'>>;

/** Where the things are that a function is told of. */
export interface Places {
  /** Bootstrap brokers, `host:port,host:port`. */
  readonly brokers: string;
  table(name: string): string;
  bucket(name: string): string;
}

/** `order-events`, `topic` → `ORDER_EVENTS_TOPIC` */
const variableName = (name: string, kind: 'topic' | 'table' | 'bucket') =>
  `${name}_${kind}`.toUpperCase().replaceAll('-', '_');

/** Whether a function speaks to brokers, and so must stand in their network. */
export const speaksKafka = (needs: AnyFunction) => (needs.writes ?? []).length > 0 || needs.deadLetters !== undefined;

/**
 * A function's variables, as they follow from its entry in the topology. A test holds them to the list in
 * lambdas/<name>/environment.ts, from which the function reads them.
 */
export function functionEnvironment(needs: AnyFunction, places: Places): Record<string, string> {
  const each = (
    names: readonly string[] = [],
    kind: Parameters<typeof variableName>[1],
    value: (n: string) => string,
  ) => Object.fromEntries(names.map((name) => [variableName(name, kind), value(name)]));
  return {
    ...(speaksKafka(needs) && { KAFKA_BROKERS: places.brokers, KAFKA_AUTH: 'iam' }),
    ...(needs.deadLetters !== undefined && { DEAD_LETTER_TOPIC: needs.deadLetters }),
    ...each([...(needs.knows ?? []), ...(needs.writes ?? [])], 'topic', (name) => name),
    ...each([...(needs.owns ?? []), ...(needs.consults ?? [])], 'table', places.table),
    ...each([...(needs.fills ?? []), ...(needs.fetches ?? [])], 'bucket', places.bucket),
    ...needs.environment,
  };
}
