/**
 * Words for every code that says why: the one table from which the API, the command line and docs/events.md take them. Each
 * says what is wrong, and what can be done about it, in a form that stands after `code: `.
 */

/** `reason` of an order's events. A payment provider may give codes of its own, for which there are no words. */
export const reasons: Readonly<Record<string, string>> = {
  // order.rejected
  user_blocked: 'this user may not order; whoever runs the shop lifts that by `orderflow unblock <user>`',
  item_blocked: 'this item may not be ordered; whoever runs the shop lifts that by `orderflow unblock --item <item>`',
  no_price: 'this item has no list price; set one by `orderflow item price <item> <price>`',
  own_price:
    'this item has no list price, and the order names one of its own; set one by `orderflow item price <item> <price>`, or allow own prices by `orderflow limits set --item <item> --may-name-price yes`',
  price_differs: 'the list price is another one; order without a price, or at that of `orderflow item show <item>`',
  not_an_instrument: 'this item has a list price and is sold from stock; order it without a side',
  quantity_limit: 'one order may not have so many pieces; `orderflow limits show` says how many',
  notional_limit:
    "all of the user's open orders would come to more than they may; `orderflow limits show` says how much",
  not_held: 'the user may not sell more than they hold',
  // order.conflicted
  order_id_conflict: 'another order was placed under this order_id before; place this one under an id of its own',
  // order.declined
  payment_declined: 'the payment provider refused the payment; order again with another means of payment',
  voided: 'the payment was called off before it was made',
  // order.cancelled, order.refunded
  cancel_requested: 'somebody who may do so asked for it',
  nothing_remains: 'nothing of the order is open any more',
  // order.cancel_refused
  settled: 'the order is paid and its stock has left',
  declined: 'the payment was refused before, which ended the order',
  cancelled: 'the order was cancelled before',
  rejected: 'the order was rejected before',
};

/** `dlq-error-code` of a record on a dead-letter topic; `dlq-error-message` says more. */
export const deadLetterCodes: Readonly<Record<string, string>> = {
  // what the record holds
  tombstone: 'the record has no value',
  not_utf8: 'the value is not text in UTF-8',
  invalid_order: 'the value is not an order',
  invalid_event: 'the value is not an event of the catalogue',
  no_side: 'the order book was sent an order without a side',
  // what a rule of the domain refuses
  order_id_conflict: 'another order was placed under this order_id before',
  stock_too_low: 'more was to be taken from the stock than nobody has a claim to; take away less',
  trade_conflict: 'the trade of this number was another one before',
  payment_key_reused: 'the payment was asked for before, with another amount',
  payment_refused: 'the payment provider says that the request itself is wrong',
  // what no store or topic takes
  archive_conflict: 'the archive holds other records under these offsets: the topic was most likely made anew',
  line_too_large: 'the line of a statement is larger than a row takes',
  fact_too_large: 'what the event leaves is larger than a row takes',
  record_too_large: 'what the record leads to is larger than its topic takes',
  row_refused: 'DynamoDB refuses the row for what it holds',
  state_refused: 'DynamoDB refuses the state for what it holds',
  item_refused: 'DynamoDB refuses the item for what it holds',
  statement_refused: 'DynamoDB refuses the statement for what it holds',
  mark_taken: 'another event has left the same mark: two events share what should tell them apart',
  // what the code makes of it
  processing_failed: 'the consumer failed at this record each time: a fault of the code',
  environment_killed: 'the record ended several execution environments, by memory or time',
  unexpected: 'the error has no code of its own',
};

/** Words for the reason that an event gives; undefined for none, and for a code without words. */
export const wordsFor = (reason: unknown): string | undefined =>
  typeof reason === 'string' && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;

/** `no_price: this item has no list price; …`; of a code without words, the code. */
export function withWords(code: string): string {
  const words = wordsFor(code);
  return words === undefined ? code : `${code}: ${words}`;
}
