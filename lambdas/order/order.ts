import * as z from 'zod';
import { canonicalPrice, PRICE_PATTERN } from './decimal';
import { readOrderJson } from './json';

export const MAX_NAME = 128;
export const MAX_QUANTITY = 1_000_000_000;
/** Nine decimals of a second and an offset take 35. */
export const MAX_TIME_LENGTH = 40;

/** Line breaks and control characters would forge log lines; lone surrogates do not survive UTF-8. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The rule of a name as one expression, for readers of the documents; the checks below say which part is broken. */
export const NAME_PATTERN = String.raw`^(?!\s*$)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,${MAX_NAME}}$`;

const required = (rule: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? 'is missing' : `must be ${rule}`;

const NAME_RULE = `text of 1 to ${MAX_NAME} characters`;

/** Counts code points, as JSON Schema's maxLength does; UTF-16 units are at least as many. */
const tooLong = (text: string) => text.length > MAX_NAME && (text.length > 2 * MAX_NAME || [...text].length > MAX_NAME);

const name = (description: string) =>
  z
    .string({ error: required(NAME_RULE) })
    .check((context) => {
      const text = context.value;
      const fault = tooLong(text)
        ? `must be ${NAME_RULE}`
        : text.trim() === ''
          ? 'must not be blank'
          : UNPRINTABLE.test(text)
            ? 'must not contain control characters'
            : undefined;
      if (fault) context.issues.push({ code: 'custom', input: text, message: fault });
    })
    .meta({ description, pattern: NAME_PATTERN });

const PRICE_RULE = 'must be a decimal number such as "3200.10", as text or as a JSON number';

const price = z
  .string({ error: PRICE_RULE })
  .check((context) => {
    const decimal = canonicalPrice(context.value);
    if (decimal.ok) context.value = decimal.text;
    else context.issues.push({ code: 'custom', input: context.value, message: decimal.fault });
  })
  .meta({
    description: 'Positive, at most 18 digits and 8 decimals; a JSON number is read from its literal text',
    type: ['string', 'number'],
    pattern: PRICE_PATTERN,
    // Of a number.
    exclusiveMinimum: 0,
    maximum: 999_999_999_999_999,
    multipleOf: 1e-8,
    examples: ['3200.10'],
  });

const orderId = z
  .guid({ error: required('a UUID') })
  .toLowerCase()
  .meta({ description: 'UUID, kept in lower case' });

const NO_TIME = `must be an ISO 8601 date and time of at most ${MAX_TIME_LENGTH} characters`;

const content = {
  user: name('Who orders'),
  item: name('What is ordered: a dish, a product, an instrument'),
  quantity: z
    .int({ error: required(`a whole number from 1 to ${MAX_QUANTITY}`) })
    .min(1, { error: `must be a whole number from 1 to ${MAX_QUANTITY}` })
    .max(MAX_QUANTITY, { error: `must be a whole number from 1 to ${MAX_QUANTITY}` })
    .meta({ description: 'How many' }),
  price: price.optional(),
  side: z
    .enum(['BUY', 'SELL'], { error: 'must be BUY or SELL' })
    .optional()
    .meta({ description: 'Present on an instrument order, which then needs a price' }),
  // A second has any number of decimals in ISO 8601.
  placed_at: z.iso
    .datetime({ offset: true, local: true, error: NO_TIME })
    .max(MAX_TIME_LENGTH, { error: NO_TIME })
    .optional()
    .meta({
      description: "Information only; lists sort by Kafka's timestamp. Set by the server when absent",
      examples: ['2026-11-21T10:00:00Z'],
    }),
};

const pricedWhenSided = { error: 'is missing: an order with a side needs one', path: ['price'] };
const sided = (order: { side?: string | undefined; price?: string | undefined }) =>
  order.side === undefined || order.price !== undefined;

/** An order as it stands in Kafka, whoever wrote it. Unknown fields are kept out. */
export const orderSchema = z
  .object({ order_id: orderId, ...content }, { error: 'must be a JSON object' })
  .refine(sided, pricedWhenSided)
  .meta({ id: 'Order', dependentRequired: { side: ['price'] } });

/** An order as it is placed over HTTP: the server gives the id when there is none. */
export const placementSchema = z
  .object({ order_id: orderId.optional(), ...content }, { error: 'must be a JSON object' })
  .refine(sided, pricedWhenSided)
  .meta({ id: 'Placement', dependentRequired: { side: ['price'] } });

export type Order = z.infer<typeof orderSchema>;
export type Placement = z.infer<typeof placementSchema>;

/** What is wrong, and where, in the words of RFC 9457's example: `{ pointer: '#/quantity', detail: 'is missing' }`. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** All faults in one line, for people: a fault of the whole needs no pointer. */
export const faultsText = (faults: readonly Fault[]) =>
  faults.map(({ pointer, detail }) => (pointer === '#' ? detail : `${pointer} ${detail}`)).join('; ');

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads an order from the JSON text of a Kafka record's value. */
export function parseOrder(text: string): Parsed<Order> {
  const json = readOrderJson(text);
  return json.ok ? check(orderSchema, json.value) : { ok: false, faults: [{ pointer: '#', detail: json.fault }] };
}

/** Judges a value that {@link readOrderJson} made, as an order placed over HTTP. */
export function checkPlacement(value: unknown): Parsed<Placement> {
  return check(placementSchema, value);
}

/** `burger 5 from john`, for log lines. */
export function describeOrder(order: Pick<Order, 'item' | 'quantity' | 'user'>): string {
  return `${order.item} ${order.quantity} from ${order.user}`;
}

function check<T>(schema: z.ZodType<T>, value: unknown): Parsed<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    faults: result.error.issues.map((issue) => ({ pointer: pointerOf(issue.path), detail: issue.message })),
  };
}

/** A JSON Pointer as a URI fragment (https://www.rfc-editor.org/rfc/rfc6901#section-6); our own field names need no escapes. */
export const pointerOf = (path: readonly PropertyKey[]) => ['#', ...path.map(String)].join('/');
