import { randomUUID } from 'node:crypto';
import pc from 'picocolors';
import type { Accepted } from '../../lambdas/api/schemas';
import { orderSchema } from '../../lambdas/order/order';
import { connectSender } from '../../local/mapping/kafkajs-send';
import type { SystemRecord } from '../../local/state';
import { readNumber } from '../assignments';
import { type OrderFields, readOrderText } from '../order-text';
import { placementOutcome } from '../outcome';
import { CommandError } from '../output/failure';
import { withOptions } from '../output/hints';
import { visible } from '../output/visible';
import { runningSystem, sendJson } from '../running';

export interface OrderFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly user?: string;
  readonly item?: string;
  readonly quantity?: string;
  readonly price?: string;
  readonly side?: string;
  readonly id?: string;
  readonly kafka?: boolean;
  readonly topic: string;
  readonly wait: string;
}

export interface Delivered {
  readonly order: OrderFields & { readonly order_id: string };
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Places an order by HTTP, or straight on the topic, and prints where Kafka put it; of one by HTTP also whether risk takes it.
 * Code 1 when it does not.
 */
export async function order(text: string | undefined, flags: OrderFlags): Promise<void> {
  const fields = orderFields(text, flags);
  const seconds = readNumber('--wait', flags.wait, 0, 3_600);
  const system = runningSystem(flags.state);
  const delivered = flags.kafka ? await byKafka(fields, flags) : await byHttp(fields, system);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (!flags.json) print(deliveryReport(delivered));
  const { order_id } = delivered.order;
  const follows = !flags.kafka && seconds > 0;
  const outcome = follows ? await placementOutcome(system, delivered.order, seconds) : undefined;
  if (flags.json) print(JSON.stringify({ ...delivered, ...(outcome && { outcome }) }));
  else if (outcome && !outcome.refused) print(pc.dim(`Order ${order_id} is ${outcome.status}`));
  if (outcome?.refused) throw new CommandError(`Order ${order_id} is ${outcome.status}: ${outcome.why}`);
  if (follows && !outcome) {
    process.stderr.write(
      `${withOptions(`Kafka has the order; nothing is decided after ${seconds} s: npx orderflow status ${order_id} --watch shows it`)}\n`,
    );
  }
  process.exit(0);
}

export const deliveryReport = ({ order, topic, partition, offset }: Delivered): string =>
  `Message delivered ${visible(JSON.stringify(order))} ${pc.dim(`${topic}-${partition} @ ${offset}`)}`;

function orderFields(text: string | undefined, flags: OrderFlags): OrderFields & { order_id?: string } {
  const { user, item, quantity, price, side, id } = flags;
  if (text === undefined && (user === undefined || item === undefined || quantity === undefined)) {
    throw new CommandError('An order needs --user, --item and --quantity, or a text such as "john wants 5 burgers"');
  }
  return {
    ...(id && { order_id: id }),
    ...(text && readOrderText(text)),
    ...(user && { user }),
    ...(item && { item }),
    // What is no number goes as it is, and the answer says what is wrong with it.
    ...(quantity && { quantity: (/^[\d.eE+-]+$/.test(quantity) ? Number(quantity) : quantity) as number }),
    ...(price && { price }),
    ...(side && { side: side.toUpperCase() as 'BUY' | 'SELL' }),
  };
}

/** @throws CommandError when the API refuses the order or does not answer */
export async function byHttp(fields: OrderFields, system: Pick<SystemRecord, 'endpoints'>): Promise<Delivered> {
  const { order_id, topic, partition, offset } = await sendJson<Accepted>(system, 'POST', '/orders', fields);
  return { order: { order_id, ...fields }, topic, partition, offset };
}

async function byKafka(fields: OrderFields & { order_id?: string }, { state, topic }: OrderFlags): Promise<Delivered> {
  const { endpoints } = runningSystem(state);
  const parsed = orderSchema.safeParse({ order_id: randomUUID(), ...fields });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new CommandError(`That is no order: ${faults.join(', ')}`);
  }
  const sender = await connectSender(endpoints.kafka);
  try {
    const value = JSON.stringify(parsed.data);
    const delivery = await sender.send({ topic, key: parsed.data.order_id, value });
    return { order: parsed.data, ...delivery };
  } catch (error) {
    if (!/does not host this topic/.test(String(error))) throw error;
    throw new CommandError(`There is no topic ${topic} at ${endpoints.kafka}: --topic names one there is`, {
      cause: error,
    });
  } finally {
    await sender.close();
  }
}
