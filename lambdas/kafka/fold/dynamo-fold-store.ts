import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchGet, batchPut } from '../dynamo/batches';
import { packed, unpacked } from '../dynamo/packed';
import { createStatements, insertStatement, type Statement, StatementRefusedError } from '../dynamo/statements';
import type { Fact, Outcome, Refusal } from './fold';
import { readState, writeState } from './state-item';
import { type FoldStore, StateRefusedError, type StoredState } from './store';

type Item = Record<string, AttributeValue>;

/** Where a state's row stands in the table, for tables that are also read by others. */
export type StatePlace = (key: string) => { readonly pk: string; readonly sk: string };

/**
 * States and facts in one DynamoDB table with keys `pk` and `sk`.
 *
 * State: `pk` the key, `sk` `state`, and the attributes of state-item.ts.
 * Fact: `pk` and `sk` the parts of its key, `id`, `data` (JSON), `outcomes` (deflated JSON), `continued`, `refused` (JSON).
 *
 * A write is one conditional statement, one write unit a KB, sent along with those of other keys; facts are put in batches without conditions. No transaction is
 * needed, since the journal makes a state and its facts one item until the facts have their own.
 */
export function createDynamoFoldStore(
  client: DynamoDBClient,
  table: string,
  place: StatePlace = (key) => ({ pk: key, sk: 'state' }),
): FoldStore {
  const run = createStatements(client);
  return {
    async loadStates(keys) {
      const byPlace = new Map(keys.map((key) => [identity(stateKey(key)), key]));
      const items = await batchGet(client, table, keys.map(stateKey));
      return new Map(items.map((item) => [byPlace.get(identity(item)) as string, readState(item)]));
    },
    async loadFacts(keys) {
      const items = await batchGet(client, table, keys.map(factKey));
      return new Map(items.map((item) => readFact(item)).map((fact) => [fact.key, fact]));
    },
    async saveState(key, next) {
      try {
        return (await run(saveStatement(key, next))) ? 'saved' : 'conflict';
      } catch (error) {
        if (error instanceof StatementRefusedError) throw new StateRefusedError(error.message, { cause: error });
        throw error;
      }
    },
    async saveFacts(facts) {
      const refusals = facts.filter(({ refused }) => refused).map(writeFact);
      const others = facts.filter(({ refused }) => !refused).map(writeFact);
      await Promise.all([
        batchPut(client, table, others),
        ...refusals.map((item) => run(insertStatement(table, identity(item), item))),
      ]);
    },
  };

  function saveStatement(key: string, next: StoredState): Statement {
    const keys = stateKey(key);
    const { version, row } = writeState(next);
    if (next.version === 1) return insertStatement(table, identity(keys), { ...keys, version, row });
    return {
      item: `${table} ${identity(keys)}`,
      text: `UPDATE "${table}" SET "version" = ? SET "row" = ? WHERE "pk" = ? AND "sk" = ? AND "version" = ?`,
      parameters: [version, row, ...Object.values(keys), { N: String(next.version - 1) }],
    };
  }

  function stateKey(key: string): Item {
    const { pk, sk } = place(key);
    return { pk: { S: pk }, sk: { S: sk } };
  }
}

const identity = (item: Item) => `${item.pk?.S}\u0000${item.sk?.S}`;

function factKey(key: string): Item {
  const slash = key.lastIndexOf('/');
  if (slash <= 0) throw new TypeError(`A fact's key is <partition>/<sort>, not ${key}`);
  return { pk: { S: key.slice(0, slash) }, sk: { S: key.slice(slash + 1) } };
}

/** The same fact gives the same bytes: a repeat of this write changes nothing. */
function writeFact(fact: Fact): Item {
  return {
    ...factKey(fact.key),
    id: { S: fact.id },
    ...(fact.data === null ? {} : { data: { S: JSON.stringify(fact.data) } }),
    ...(fact.outcomes.length === 0 ? {} : { outcomes: { B: packed(fact.outcomes) } }),
    ...(fact.continued ? { continued: { BOOL: true } } : {}),
    ...(fact.refused ? { refused: { S: JSON.stringify(fact.refused) } } : {}),
  };
}

export function readFact(item: Item): Fact {
  return {
    key: `${item.pk?.S}/${item.sk?.S}`,
    id: item.id?.S as string,
    data: item.data?.S === undefined ? null : JSON.parse(item.data.S),
    outcomes: item.outcomes ? (unpacked(item.outcomes.B) as Outcome[]) : [],
    ...(item.continued?.BOOL ? { continued: true } : {}),
    ...(item.refused?.S === undefined ? {} : { refused: JSON.parse(item.refused.S) as Refusal }),
  };
}
