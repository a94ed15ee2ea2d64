import type { Facts } from '../kafka/fold/fold';
import { type Allocate, eventId } from '../order/events';

/** What an order asks of its item's stock. */
export type Claim = Pick<Allocate, 'order_id' | 'user' | 'item' | 'quantity' | 'price'>;

/** Data of `order#<id>/allocate`. */
export interface Allocation {
  /** `void`: ended before it came, by a cancel or a release that overtook it. */
  readonly result: 'reserved' | 'waiting' | 'void';
  readonly quantity: number;
  readonly price: string;
  /** Number in the queue of one that had to wait. */
  readonly seq?: number;
  /** Reserved, and kept in the item's row until its claim ends; if no fact tells of an end, it was settled. */
  readonly kept?: 'row';
}

/**
 * Data of `order#<id>/settle`, `…/release` and `…/cancel`: whether it ended the order's claim. `early` came before the
 * allocation and waits for it; `none` came too late.
 */
export interface Ending {
  readonly effect: 'ended' | 'early' | 'none';
}

/** Data of `queue#…/<seq>`. */
export type Waiting = Claim & {
  /** Paid already, which only a lost table explains. */
  readonly settled?: true;
};

/** Data of `queue#…/<seq>.mark`: what became of one that waits; written once. */
export interface QueueMark {
  readonly what: 'left' | 'settled';
}

/** The state's key. */
export const stockKey = (item: string) => `item#${item}`;

/** The same receipt of an item counts once. */
export const receiptMark = (item: string, receiptId: string) =>
  `receipt#${eventId('stock.received', item, receiptId)}/stock`;

const SHARD = 1_000;

/** A thousand numbers share a partition key: a long queue is spread over many. */
export const queueKey = (item: string, seq: number) =>
  `queue#${item}#${Math.floor(seq / SHARD)}/${String(seq % SHARD).padStart(3, '0')}`;
export const queueMarkKey = (item: string, seq: number) => `${queueKey(item, seq)}.mark`;

export const allocationKey = (orderId: string) => `order#${orderId}/allocate`;
export const endings = ['settle', 'release', 'cancel'] as const;
export type EndingType = (typeof endings)[number];
export const endingKey = (orderId: string, type: EndingType) => `order#${orderId}/${type}`;
export const orderKeys = (orderId: string) => [
  allocationKey(orderId),
  ...endings.map((type) => endingKey(orderId, type)),
];

export const allocationOf = (facts: Facts, orderId: string) =>
  facts.get(allocationKey(orderId)) as Allocation | undefined;

export const endingOf = (facts: Facts, orderId: string, type: EndingType) =>
  facts.get(endingKey(orderId, type)) as Ending | undefined;

/**
 * What ended the claim of an order that was allocated, if anything did. What came before the allocation counts in this
 * order: a settle says that the order is paid, a release that it never will be.
 */
export const endedBy = (facts: Facts, orderId: string): EndingType | undefined =>
  endings.find((type) => (endingOf(facts, orderId, type)?.effect ?? 'none') !== 'none');
