import pc from 'picocolors';
import type { OrderView } from '../../lambdas/api/schemas';

type TimelineEvent = OrderView['timeline'][number];

/** An order with what happened to it, oldest first. */
export function timeline({ order_id, status, order, timeline: events }: OrderView): string {
  const what = order ? `${order.side ? `${order.side} ` : ''}${order.quantity} ${order.item} for ${order.user}` : '';
  return [`Order ${order_id}  ${pc.bold(status)}  ${pc.dim(what)}`, ...events.map(eventLine)].join('\n');
}

export const eventLine = ({ time, type, data }: TimelineEvent): string => `  ${pc.dim(time)}  ${type}${detail(data)}`;

/** What an event adds to the order's own fields. */
function detail(data: TimelineEvent['data']): string {
  const known = new Set(['order_id', 'user', 'item', 'event_id', 'type', 'version', 'placed_at']);
  const fields = Object.entries(data).filter(([name, value]) => !known.has(name) && typeof value !== 'object');
  return fields.length > 0 ? `  ${pc.dim(fields.map(([name, value]) => `${name} ${value}`).join(', '))}` : '';
}
