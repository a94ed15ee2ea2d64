import * as z from 'zod';
import { canonicalPrice, PRICE_PATTERN } from '../order/decimal';
import { MAX_QUANTITY, orderSchema } from '../order/order';

const MONEY_RULE = 'must be a positive decimal number as text, such as "5000.00"';

const YES_OR_NO = 'must be true or false';
const QUANTITY_RULE = `must be a whole number from 1 to ${MAX_QUANTITY}`;

const maxOpenNotional = z
  .string({ error: MONEY_RULE })
  .check((context) => {
    const decimal = canonicalPrice(context.value);
    if (decimal.ok) context.value = decimal.text;
    else context.issues.push({ code: 'custom', input: context.value, message: decimal.fault });
  })
  .meta({
    description: 'The most that all open orders of a user may come to; decimal text',
    pattern: PRICE_PATTERN,
    examples: ['5000.00'],
  });
const maxQuantity = z
  .int({ error: QUANTITY_RULE })
  .min(1, { error: QUANTITY_RULE })
  .max(MAX_QUANTITY, { error: QUANTITY_RULE })
  .meta({ description: 'Pieces that one order may have' });
const maySellShort = z
  .boolean({ error: YES_OR_NO })
  .meta({ description: 'Whether users may sell what they do not hold' });
const mayNamePrice = z
  .boolean({ error: YES_OR_NO })
  .meta({ description: 'Whether an order without side may name a price where the item has none' });
const blocked = z.boolean({ error: YES_OR_NO }).meta({ description: 'Whether all orders are refused' });

const everybodys = {
  max_open_notional: maxOpenNotional,
  max_quantity: maxQuantity,
  may_sell_short: maySellShort,
  may_name_price: mayNamePrice,
};

/** A limit that is left out stays as it is; by null it is no longer said, and what is said more widely holds. */
const settable = <Limit extends z.ZodType>(limit: Limit) => limit.nullable().optional();

const rule = (issue: { readonly code?: string; readonly keys?: readonly string[] }) =>
  issue.code === 'unrecognized_keys' ? `has no limit ${issue.keys?.join(', ')}` : 'must be a JSON object';

export const everybodysLimitsSchema = z.strictObject(
  {
    max_open_notional: settable(maxOpenNotional),
    max_quantity: settable(maxQuantity),
    may_sell_short: settable(maySellShort),
    may_name_price: settable(mayNamePrice),
  },
  { error: rule },
);
export const userLimitsSchema = z.strictObject(
  { ...everybodysLimitsSchema.shape, blocked: settable(blocked) },
  { error: rule },
);
export const itemLimitsSchema = z.strictObject(
  { max_quantity: settable(maxQuantity), may_name_price: settable(mayNamePrice), blocked: settable(blocked) },
  { error: rule },
);

export const limitsViewSchema = z.object({
  of: z.enum(['everybody', 'user', 'item']),
  name: orderSchema.shape.user.optional().meta({ description: 'Of a user or an item' }),
  set: z
    .object({ ...everybodys, blocked })
    .partial()
    .meta({ description: 'What is said of just this' }),
  in_force: z
    .object({ ...everybodys, blocked })
    .optional()
    .meta({
      description: 'What holds with all that is said more widely; of an item, for users of whom nothing is said',
    }),
});
export type LimitsView = z.infer<typeof limitsViewSchema>;
