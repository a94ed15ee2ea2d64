import type { EventAnnouncer } from '../events/outcome';
import type { Facts, Outcome, Step } from '../kafka/fold/fold';
import { type Cancel, makeEvent, type Release, type Settle } from '../order/events';
import { cancelled, cancelRefused } from './cancel-answers';
import { type Fill, nextFill } from './fill';
import {
  type Allocation,
  allocationOf,
  type Ending,
  type EndingType,
  endedBy,
  type QueueMark,
  queueMarkKey,
} from './order-facts';
import { closed, giveBack, isOpen, type Stock, ship } from './stock';

type Command = Settle | Release | Cancel;

/**
 * Ends an order's claim, once: the first of settle, release and cancel does; after it a cancel is refused, and the others
 * change nothing.
 */
export function endClaim(stock: Stock, event: Command, facts: Facts, announce: EventAnnouncer): Step<Stock, Fill> {
  const allocation = allocationOf(facts, event.order_id);
  if (!allocation) return { state: { ...stock, overtaken: true }, fact: ending('early') };
  if (isOpen(stock, event.order_id)) return useOpenReservation(stock, event, allocation, announce);

  const ended = endedBy(facts, event.order_id) ?? (allocation.kept ? 'settle' : undefined);
  // The settle that ended it left no fact: the state told, and the same event is told again.
  if (ended === 'settle' && event.type === 'settle' && allocation.kept) {
    return { state: stock, outcomes: completed(event, allocation, announce), unmarked: true };
  }
  if (ended) return { state: stock, fact: ending('none'), outcomes: refusals(event, ended, announce) };
  return isWaiting(stock, allocation)
    ? leaveQueue(stock, event, allocation, announce)
    : useReservation(stock, event, allocation, announce);
}

const ending = (effect: Ending['effect']): Ending => ({ effect });

const isWaiting = (stock: Stock, allocation: Allocation): allocation is Allocation & { readonly seq: number } =>
  allocation.seq !== undefined && allocation.seq >= stock.head;

/** The queue's own row stays as it was written: a mark beside it says what became of the order. */
function leaveQueue(
  stock: Stock,
  event: Command,
  { seq }: Allocation & { readonly seq: number },
  announce: EventAnnouncer,
): Step<Stock, Fill> {
  const mark: QueueMark = { what: event.type === 'settle' ? 'settled' : 'left' };
  return {
    state: stock,
    fact: ending('ended'),
    facts: { [queueMarkKey(event.item, seq)]: mark },
    outcomes: cancellations(event, announce),
    // Who stood behind it at the head may not be short.
    ...(seq === stock.head ? nextFill(stock, event) : {}),
  };
}

/** An order that the item's row keeps: its leaving the row marks a settle; whatever else ends it leaves a fact. */
function useOpenReservation(
  stock: Stock,
  event: Command,
  allocation: Allocation,
  announce: EventAnnouncer,
): Step<Stock, Fill> {
  const left = closed(stock, event.order_id);
  if (event.type !== 'settle') return useReservation(left, event, allocation, announce);
  return {
    state: ship(left, allocation.quantity),
    outcomes: completed(event, allocation, announce),
    unmarked: true,
  };
}

function useReservation(
  stock: Stock,
  event: Command,
  allocation: Allocation,
  announce: EventAnnouncer,
): Step<Stock, Fill> {
  const { quantity } = allocation;
  if (event.type === 'settle') {
    return {
      state: ship(stock, quantity),
      fact: ending('ended'),
      outcomes: completed(event, allocation, announce),
    };
  }
  const next = giveBack(stock, quantity);
  return {
    state: next,
    fact: ending('ended'),
    outcomes: cancellations(event, announce),
    ...nextFill(next, event),
  };
}

const completed = (event: Settle, { quantity, price }: Allocation, announce: EventAnnouncer): Outcome[] => [
  announce.event(makeEvent('order.completed', event, { ...event, quantity, price })),
];

/** A release needs no answer: billing has said that the order was declined. */
const cancellations = (event: Command, announce: EventAnnouncer): Outcome[] =>
  event.type === 'cancel' ? [announce.event(cancelled(event))] : [];

const refusals = (event: Command, ended: EndingType, announce: EventAnnouncer): Outcome[] =>
  event.type === 'cancel' ? [announce.event(cancelRefused(event, ended))] : [];
