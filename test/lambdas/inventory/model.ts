import type { OrderflowEvent } from '../../../lambdas/order/events';

interface Order {
  quantity: number;
  status: 'reserved' | 'waiting' | 'waiting, paid' | 'completed' | 'cancelled' | 'released';
}

/** An item's stock the simple way: one command after the other, a list of those who wait, everything in memory. */
export function modelOf(commands: readonly OrderflowEvent[]) {
  const orders = new Map<string, Order>();
  const early = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const queue: string[] = [];
  const told: string[] = [];
  let available = 0;
  const tell = (type: string, id: string) => told.push(`${type} ${Number(id.slice(-4))}`);

  const serve = () => {
    for (let id = queue[0]; id !== undefined; id = queue[0]) {
      const order = orders.get(id) as Order;
      if (order.quantity > available) return;
      available -= order.quantity;
      queue.shift();
      tell('order.reserved', id);
      if (order.status === 'waiting, paid') tell('order.completed', id);
      order.status = order.status === 'waiting, paid' ? 'completed' : 'reserved';
    }
  };
  const end = (order: Order, id: string, status: 'cancelled' | 'released') => {
    if (order.status === 'reserved') available += order.quantity;
    if (queue.includes(id)) queue.splice(queue.indexOf(id), 1);
    order.status = status;
    if (status === 'cancelled') tell('order.cancelled', id);
    serve();
  };

  for (const command of commands) {
    if (seen.has(command.event_id)) continue;
    seen.add(command.event_id);
    if (command.type === 'stock.received') {
      available += command.delta;
      serve();
      continue;
    }
    if (!('order_id' in command)) continue;
    const id = command.order_id;
    const order = orders.get(id);
    if (command.type === 'allocate') {
      const before = early.get(id) ?? new Set();
      const fresh: Order = { quantity: command.quantity, status: 'waiting' };
      orders.set(id, fresh);
      if (before.has('settle')) fresh.status = 'waiting, paid';
      else if (before.has('release')) fresh.status = 'released';
      else if (before.has('cancel')) fresh.status = 'cancelled';
      if (before.has('cancel')) tell(fresh.status === 'cancelled' ? 'order.cancelled' : 'order.cancel_refused', id);
      if (fresh.status.startsWith('waiting')) {
        queue.push(id);
        if (queue.length > 1 || command.quantity > available) tell('order.backordered', id);
        serve();
      }
    } else if (!order) {
      early.set(id, (early.get(id) ?? new Set()).add(command.type));
    } else if (command.type === 'cancel') {
      if (order.status === 'reserved' || order.status === 'waiting') end(order, id, 'cancelled');
      else tell('order.cancel_refused', id);
    } else if (command.type === 'release') {
      if (order.status === 'reserved' || order.status === 'waiting') end(order, id, 'released');
    } else if (command.type === 'settle') {
      if (order.status === 'waiting') order.status = 'waiting, paid';
      if (order.status === 'reserved') {
        order.status = 'completed';
        tell('order.completed', id);
      }
    }
  }
  const reserved = [...orders.values()].reduce((sum, o) => sum + (o.status === 'reserved' ? o.quantity : 0), 0);
  return { available, reserved, told };
}
