import pc from 'picocolors';
import type { OrderView } from '../../lambdas/api/schemas';
import { withWords } from '../../lambdas/order/reasons';
import { withOptions } from './hints';
import { visible } from './visible';

type TimelineEvent = OrderView['timeline'][number];

/** An order with what happened to it, oldest first. */
export function timeline({ order_id, status, order, timeline: events }: OrderView): string {
  const what = order ? `${order.side ? `${order.side} ` : ''}${order.quantity} ${order.item} for ${order.user}` : '';
  return [`Order ${visible(order_id)}  ${pc.bold(status)}  ${pc.dim(visible(what))}`, ...events.map(eventLine)].join(
    '\n',
  );
}

export const eventLine = ({ time, type, data }: TimelineEvent): string =>
  `  ${pc.dim(visible(time))}  ${visible(type)}${detail(data)}`;

/** What an event adds to the order's own fields. */
function detail(data: TimelineEvent['data']): string {
  const known = new Set(['order_id', 'user', 'item', 'event_id', 'type', 'version', 'placed_at']);
  const fields = Object.entries(data).filter(([name, value]) => !known.has(name) && typeof value !== 'object');
  const words = fields.map(([name, value]) =>
    name === 'reason' ? withOptions(withWords(String(value))) : `${name} ${value}`,
  );
  return words.length > 0 ? `  ${pc.dim(visible(words.join(', ')))}` : '';
}
