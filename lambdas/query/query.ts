import { actsFor, type Caller, callerOf } from '../api/caller';
import type { Handle, RouteKey } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { readOrderId } from '../api/path-parameters';
import { fail, ProblemError, problem } from '../api/problem';
import type { OrderList, OrderSummary, OrderView } from '../api/schemas';
import { wordsFor } from '../order/reasons';
import { type StatusEvent, statusOf } from '../order/status';
import { type AnalyticsPorts, getAnalytics } from './get-analytics';
import { type BookPorts, getBook } from './get-book';
import { getItem, getReceipt, type ItemPorts } from './get-item';
import { getLimits, type LimitPorts } from './get-limits';
import { getPositions, type PositionPorts } from './get-positions';
import { getReport, type ReportPorts } from './get-report';
import type { OrderReader, TimelineEvent } from './order-reader';
import { sliceAfter } from './page';
import {
  readCursor,
  readLimit,
  readLineLimit,
  readNameCursor,
  readUser,
  readWait,
  writeCursor,
  writeNameCursor,
} from './parameters';
import { whichBody } from './which-body';
import { within } from './within';

export interface QueryPorts extends PositionPorts, BookPorts, ReportPorts, AnalyticsPorts, ItemPorts, LimitPorts {
  readonly reader: OrderReader;
  /** The OpenAPI document as JSON text. */
  readonly openApi: () => string;
}

/** Answers what is known: of orders here, of positions, books, days and figures in the files beside. */
export function createQuery(ports: QueryPorts): Record<RouteKey<'query'>, Handle> {
  return {
    'GET /orders/{id}': async (event) => ({ status: 200, body: await getOrder(event, ports) }),
    'GET /orders': async (event) => ({ status: 200, body: await listOrders(event, ports) }),
    'GET /items/{item}': async (event) => ({ status: 200, body: await getItem(event, ports) }),
    'GET /items/{item}/stock/{receipt}': async (event) => ({ status: 200, body: await getReceipt(event, ports) }),
    'GET /limits': async (event) => ({ status: 200, body: await getLimits('everybody', event, ports) }),
    'GET /limits/users/{user}': async (event) => ({ status: 200, body: await getLimits('user', event, ports) }),
    'GET /limits/items/{item}': async (event) => ({ status: 200, body: await getLimits('item', event, ports) }),
    'GET /positions/{user}': async (event) => ({ status: 200, body: await getPositions(event, ports) }),
    'GET /book/{item}': async (event) => ({ status: 200, body: await getBook(event, ports) }),
    'GET /reports/{user}/{date}': (event) => getReport(event, ports),
    'GET /analytics': async (event) => ({ status: 200, body: await getAnalytics(event, ports) }),
    'GET /health': async () => ({ status: 200, body: { status: 'ok' } }),
    'GET /openapi.json': async () => ({ status: 200, body: ports.openApi() }),
  };
}

async function getOrder(event: ApiEvent, ports: QueryPorts): Promise<OrderView> {
  const orderId = readOrderId(event.pathParameters);
  const known = await within(readWait(event.queryStringParameters), ports, async () => {
    const events = await ports.reader.timeline(orderId);
    return events.length > 0 ? events : undefined;
  });
  const timeline = known ?? [];
  const view = viewOf(orderId, timeline);
  // Somebody else's order looks like none.
  if (timeline.length === 0 || !maySee(callerOf(event), view)) throw notTracked(orderId);
  const parameters = event.queryStringParameters;
  const { entries, next } = sliceAfter(view.timeline, {
    limit: readLineLimit(parameters),
    after: readNameCursor(parameters),
    nameOf: ({ event_id }) => event_id,
  });
  return { ...view, timeline: [...entries], ...(next !== undefined && { next_cursor: writeNameCursor(next) }) };
}

async function listOrders(event: ApiEvent, { reader }: QueryPorts): Promise<OrderList> {
  const parameters = event.queryStringParameters;
  const user = readUser(parameters);
  if (!actsFor(callerOf(event), user)) fail('forbidden', `The token does not allow to see the orders of ${user}`);
  const page = await reader.ordersOf(user, readLimit(parameters), readCursor(parameters));
  const ids = [...new Set(page.bodies.map(({ orderId }) => orderId))];
  const timelines = new Map(await Promise.all(ids.map(async (id) => [id, await reader.timeline(id)] as const)));
  const orders = page.bodies.flatMap(({ orderId, digest }): OrderSummary[] => {
    const timeline = timelines.get(orderId) ?? [];
    // Of several bodies under one id only that which is the order is listed, so that it stands in one place of one list.
    if (whichBody(orderId, timeline)?.digest !== digest) return [];
    const { timeline: _, ...summary } = viewOf(orderId, timeline);
    return [summary];
  });
  return { orders, ...(page.next && { next_cursor: writeCursor(page.next) }) };
}

function viewOf(orderId: string, timeline: readonly TimelineEvent[]): OrderView {
  return {
    order_id: orderId,
    status: statusOf(timeline.map(statusEvent)),
    order: whichBody(orderId, timeline)?.order ?? null,
    timeline: timeline.map(inWords),
  };
}

function inWords(event: TimelineEvent): OrderView['timeline'][number] {
  const words = wordsFor(event.data.reason);
  return { ...event, ...(words !== undefined && { reason_text: words }) };
}

const statusEvent = ({ type, data }: TimelineEvent): StatusEvent => ({
  type,
  remaining: typeof data.remaining === 'number' ? data.remaining : undefined,
});

/** Whose order it is says its content alone: a cancel or a second body may name anybody. */
const maySee = (caller: Caller | undefined, { order }: OrderView) =>
  order ? actsFor(caller, order.user) : !caller || caller.mayActForOthers;

const notTracked = (orderId: string) =>
  new ProblemError(problem('not_tracked', `Order ${orderId} is not tracked: ask again, or with ?wait=10`), 1);
