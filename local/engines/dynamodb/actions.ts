import { createKey, type Item } from 'dynalite/db';
import { checkTypes, checkValidations } from 'dynalite/validations';
import { ApiError, errorName, isApiError } from './errors';
import type { Store } from './store';

export type Input = Record<string, unknown>;
export type Output = Record<string, unknown>;

/** A type of a request's member, and its bounds, as dynalite writes them. */
export type Types = Readonly<Record<string, unknown>>;

interface Action {
  readonly types: Types;
  readonly custom: unknown;
  readonly run: (store: Store, data: Input, callback: (error: unknown, result?: Output) => void) => void;
}

export type WriteName = 'PutItem' | 'UpdateItem' | 'DeleteItem';

const RETURN_ON_FAILURE: Types = {
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
};

/**
 * Brings a request into the shape that its action takes.
 *
 * @throws ApiError `SerializationException`, `ValidationException`
 */
export function validated(store: Store, name: string, input: Input): Input {
  const { types, custom } = actionOf(name);
  return validatedBy(store, types, input, custom);
}

/** What a request of that action may hold. */
export const typesOf = (name: string): Types => actionOf(name).types;

/** The rules of an action that its types do not tell, on data that has them. It also reads the expressions. */
export const checkRules = (store: Store, name: string, data: Input): void =>
  checkValidations(data, {}, actionOf(name).custom, store);

export function validatedBy(store: Store, types: Types, input: Input, custom?: unknown): Input {
  const data = checkTypes(input, types);
  checkValidations(data, types, custom, store);
  return data;
}

/** Runs an action of dynalite on validated data: its result, or a promise of it where it reads a range. */
export function act(store: Store, name: string, data: Input): Output | Promise<Output> {
  let outcome: { readonly error: unknown; readonly result: Output } | undefined;
  let later: (() => void) | undefined;
  actionOf(name).run(store, data, (error, result = {}) => {
    outcome ??= { error, result };
    later?.();
  });
  const settle = () => {
    if (outcome?.error) throw outcome.error;
    return outcome?.result as Output;
  };
  if (outcome) return settle();
  return new Promise<void>((resolve) => {
    later = resolve;
  }).then(settle);
}

/**
 * Runs one that neither waits nor reads ranges. Its writes, to items and to their rows in indexes, happen all or not at all.
 *
 * @throws ApiError; a failed condition's has the item, if the request asks for it.
 */
export function actAtOnce(store: Store, name: string, data: Input): Output {
  try {
    return store.ledger.atomically(() => {
      const result = act(store, name, data);
      if (result instanceof Promise) throw new Error(`${name} waits for something`);
      return result;
    });
  } catch (error) {
    throw data.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? withItem(store, data, error) : error;
  }
}

function withItem(store: Store, data: Input, error: unknown): unknown {
  if (!isApiError(error) || errorName(error) !== 'ConditionalCheckFailedException') return error;
  const { TableName, Key, Item } = data as { TableName: string; Key?: Item; Item?: Item };
  const item = store.getItemDb(TableName).value(createKey(Key ?? Item ?? {}, store.table(TableName)));
  return item ? new ApiError({ ...error.body, Item: item }) : error;
}

const loaded = new Map<string, Action>();

function actionOf(name: string): Action {
  const known = loaded.get(name);
  if (known) return known;
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const { types, custom } = require(`dynalite/validations/${file}`) as Action;
  const isWrite = /^(Put|Update|Delete)Item$/.test(name);
  const action: Action = {
    types: isWrite ? { ...types, ...RETURN_ON_FAILURE } : types,
    custom,
    run: require(`dynalite/actions/${file}`),
  };
  loaded.set(name, action);
  return action;
}
