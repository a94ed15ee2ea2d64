import type { Item } from 'dynalite/db';
import { timerMs } from '../../../shared/time';
import { actAtOnce, type Input, type Output, typesOf, validatedBy } from './actions';
import { validationError } from './errors';
import type { Store } from './store';
import { forgetTokens } from './transactions';

/** DynamoDB leaves items alone whose time is longer ago (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html). */
const TOO_LONG_AGO_SECONDS = 5 * 365 * 24 * 60 * 60;
const SWEEP_EVERY_MS = 30_000;
/** A sweep reads whole tables: it may take a twentieth of the time. */
const REST = 20;

export function updateTimeToLive(store: Store, input: Input): Output {
  const types = {
    ...typesOf('DescribeTimeToLive'),
    TimeToLiveSpecification: {
      type: 'FieldStruct<TimeToLiveSpecification>',
      notNull: true,
      children: {
        AttributeName: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 255 },
        Enabled: { type: 'Boolean', notNull: true },
      },
    },
  };
  const { TableName, TimeToLiveSpecification } = validatedBy(store, types, input) as {
    TableName: string;
    TimeToLiveSpecification: { AttributeName: string; Enabled: boolean };
  };
  const { AttributeName, Enabled } = TimeToLiveSpecification;
  store.table(TableName);
  const current = store.timesToLive.value(TableName) as string | undefined;
  if (Enabled && current !== undefined) {
    throw validationError(
      current === AttributeName
        ? 'TimeToLive is already enabled'
        : `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
    );
  }
  if (!Enabled && current === undefined) throw validationError('TimeToLive is already disabled');
  if (!Enabled && current !== AttributeName) {
    throw validationError(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
  }
  store.timesToLive.put(TableName, Enabled ? AttributeName : undefined);
  return { TimeToLiveSpecification };
}

export function describeTimeToLive(store: Store, input: Input): Output {
  const { TableName } = validatedBy(store, typesOf('DescribeTimeToLive'), input) as { TableName: string };
  store.getTable(TableName, false, (error) => {
    if (error) throw error;
  });
  const AttributeName = store.timesToLive.value(TableName);
  return {
    TimeToLiveDescription:
      AttributeName === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName },
  };
}

/** Removes again and again what has expired; ends with the process. */
export function sweepForever(store: Store, onFault: (error: unknown) => void): void {
  const sweep = async () => {
    const started = performance.now();
    try {
      await removeExpired(store, Date.now());
      await forgetTokens(store);
    } catch (error) {
      onFault(error);
    }
    setTimeout(sweep, timerMs(Math.max(SWEEP_EVERY_MS, REST * (performance.now() - started)))).unref();
  };
  setTimeout(sweep, SWEEP_EVERY_MS).unref();
}

/** Removes items, and their rows in indexes, whose time to live is over at `now`, in milliseconds. */
export async function removeExpired(store: Store, now: number): Promise<void> {
  const tables: [string, string][] = [];
  for await (const chunk of store.timesToLive.entries({})) tables.push(...(chunk as [string, string][]));
  for (const [TableName, attribute] of tables) {
    for await (const chunk of store.getItemDb(TableName).entries({})) {
      for (const [key, item] of chunk) {
        if (isExpired(item as Item, attribute, now)) removeIfStill(store, TableName, key, attribute, now);
      }
    }
  }
}

/** It may have been written again since it was read. */
function removeIfStill(store: Store, TableName: string, key: string, attribute: string, now: number): void {
  const item = store.getItemDb(TableName).value(key) as Item | undefined;
  if (!item || !isExpired(item, attribute, now)) return;
  const Key = Object.fromEntries(
    store.table(TableName).KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]),
  );
  actAtOnce(store, 'DeleteItem', { TableName, Key });
}

function isExpired(item: Item, attribute: string, now: number): boolean {
  const time = (item[attribute] as { N?: string } | undefined)?.N;
  if (time === undefined) return false;
  const age = now / 1000 - Number(time);
  return age > 0 && age < TOO_LONG_AGO_SECONDS;
}
