import { FatalRecordError } from '../errors';
import { outcomeOf } from '../events/outcome';
import { readEvent } from '../events/read-event';
import type { Consumer, Effect, KeyedEvent } from '../kafka/consume';
import type { Fold, Outcome } from '../kafka/fold/fold';
import { makeEvent, type TradeExecuted } from '../order/events';
import { averagePrice, book, flat, type Holding } from './holding';
import { readPositionKey, writePositionKey } from './position-key';

/** What a trade means to one of its two users. */
export interface TradeSide {
  readonly item: string;
  readonly user: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  readonly price: string;
  readonly sequence: number;
  readonly time: string;
}

/** A user's position in an item: what they hold, and up to where it is told. */
export interface Position extends Holding {
  /** Highest number of a trade that is in it, and the time of that trade. */
  readonly sequence: number;
  readonly time?: string;
}

const markOf = ({ item, sequence, side }: TradeSide) => `trade#${item}#${sequence}/${side}`;

/**
 * The position of each user in each item. State key: both, see position-key.ts. Each trade leaves a fact a side, which says
 * what it did to the position and makes its repeats harmless.
 *
 * That "a repeat has no higher number than the last" would save the facts, and be wrong: a trade that comes back from the dead
 * letters has a low number and was never counted. Net quantity, and profit realised and unrealised taken together, are
 * the same in whatever order trades come; how profit is divided between the two is not.
 */
export function positionFold(positionsTopic: string): Fold<Position, TradeSide> {
  return {
    initial: () => ({ ...flat, sequence: 0 }),
    mark: markOf,
    apply: (position, trade, facts) => {
      if (facts.get(markOf(trade)) !== undefined) {
        throw new FatalRecordError('trade_conflict', `Trade ${trade.sequence} of ${trade.item} was another one before`);
      }
      const holding = book(position, trade);
      const newest = trade.sequence > position.sequence ? trade : position;
      return {
        state: { ...holding, sequence: newest.sequence, ...(newest.time === undefined ? {} : { time: newest.time }) },
        fact: { user: trade.user, quantity: trade.quantity, price: trade.price, left: holding.quantity },
      };
    },
    current: (position, revision, key) => currentPosition(position, revision, key, positionsTopic),
  };
}

function currentPosition(position: Position, revision: number, key: string, topic: string): Outcome | undefined {
  const { sequence, quantity, cost, realised, time } = position;
  if (time === undefined) return undefined;
  const event = makeEvent(
    'position.updated',
    { time },
    {
      ...readPositionKey(key),
      revision,
      sequence,
      quantity,
      cost,
      average_price: averagePrice(position),
      realised_profit: realised,
    },
  );
  return outcomeOf(event, topic, key, '/orderflow/position');
}

/** @param effect {@link positionFold}, folded */
export const createPosition = (effect: Effect<TradeSide>): Consumer<TradeSide> => ({
  name: 'position',
  split: (record) => {
    const event = readEvent(record);
    return event.type === 'trade.executed' ? [sideOf(event, 'BUY'), sideOf(event, 'SELL')] : [];
  },
  effect,
});

function sideOf(trade: TradeExecuted, side: 'BUY' | 'SELL'): KeyedEvent<TradeSide> {
  const { item, quantity, price, sequence, time, event_id } = trade;
  const user = side === 'BUY' ? trade.buyer : trade.seller;
  return {
    key: writePositionKey({ user, item }),
    id: event_id,
    event: { item, user, side, quantity, price, sequence, time },
  };
}
