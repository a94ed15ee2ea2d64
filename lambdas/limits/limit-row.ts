import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../kafka/dynamo/attributes';
import type { Limits } from '../risk/limits';

type Row = Record<string, AttributeValue>;

/** Of whom or what a row of limits speaks. */
export type LimitScope = { readonly of: 'everybody' } | { readonly of: 'user' | 'item'; readonly name: string };

/** The limits of a row, by the names of its attributes, which are those of the API. */
export interface LimitFields {
  readonly max_open_notional?: string;
  readonly max_quantity?: number;
  readonly may_sell_short?: boolean;
  readonly may_name_price?: boolean;
  readonly blocked?: boolean;
}

/** What is set, and by `null` what is no longer said. */
export type LimitChanges = { readonly [Name in keyof LimitFields]?: LimitFields[Name] | null };

/** `everybody`, `user#john`, `item#burger`. */
export const limitName = (scope: LimitScope): string =>
  scope.of === 'everybody' ? 'everybody' : `${scope.of}#${scope.name}`;

export const limitKey = (name: string): Row => toAttributes({ pk: name, sk: 'limits' });

/** Whether and not is written as `yes` and `no`, which a person may read in the table. */
export const limitValue = (value: string | number | boolean): AttributeValue => {
  if (typeof value === 'number') return { N: String(value) };
  return { S: typeof value === 'boolean' ? (value ? 'yes' : 'no') : value };
};

export function readLimitFields(row: Row | undefined): LimitFields {
  const { max_open_notional, max_quantity, may_sell_short, may_name_price, blocked } = row ?? {};
  return {
    ...(max_open_notional?.S !== undefined && { max_open_notional: max_open_notional.S }),
    ...(max_quantity?.N !== undefined && { max_quantity: Number(max_quantity.N) }),
    ...(may_sell_short?.S !== undefined && { may_sell_short: may_sell_short.S === 'yes' }),
    ...(may_name_price?.S !== undefined && { may_name_price: may_name_price.S === 'yes' }),
    ...(blocked?.S !== undefined && { blocked: blocked.S === 'yes' }),
  };
}

/** As risk reckons with them. */
export const toLimits = (fields: LimitFields): Limits => ({
  ...(fields.max_open_notional !== undefined && { maxOpenNotional: fields.max_open_notional }),
  ...(fields.max_quantity !== undefined && { maxQuantity: fields.max_quantity }),
  ...(fields.may_sell_short !== undefined && { maySellShort: fields.may_sell_short }),
  ...(fields.may_name_price !== undefined && { mayNamePrice: fields.may_name_price }),
  ...(fields.blocked !== undefined && { blocked: fields.blocked }),
});
