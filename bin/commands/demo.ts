import pc from 'picocolors';
import type { OrderView } from '../../lambdas/api/schemas';
import { type RunningSystem, startSystem } from '../../local/up';
import { seedCatalogue } from '../catalogue';
import { demoWalks, type Shop, type Walk } from '../demo-walks';
import { listenForEnd, unlessEnded } from '../ending';
import { type Console, createConsole } from '../output/console';
import { CommandError, describe } from '../output/failure';
import { summary } from '../output/summary';
import { timeline } from '../output/timeline';
import { createShop, followTo } from '../shop';
import { type SystemFlags, systemOptions } from '../system-options';
import { byHttp, deliveryReport } from './order';

const ORDER = { user: 'john', item: 'burger', quantity: 5 };
const TRACKER_LINE = 'Message received: burger 5 from john';
const LIMIT_SECONDS = 30;

/** Starts the system, follows some orders to their last status, stops. Exit code 1 when anything of that is missing. */
export async function demo(flags: SystemFlags): Promise<void> {
  let heard = () => {};
  const trackerLine = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const report = createConsole({
    json: flags.json === true,
    rawLogs: flags.rawLogs === true,
    onFunctionLine: (_, text) => text === TRACKER_LINE && heard(),
  });
  const ending = listenForEnd();
  const options = systemOptions(flags, report);
  const system = await unlessEnded(ending, startSystem({ ...options, compile: 'little' }));
  report.show({ event: 'ready', endpoints: system.endpoints }, `\n${summary(system)}\n`);
  let code = 0;
  try {
    await unlessEnded(
      ending,
      seedCatalogue(system).then(() => walk(system, report, trackerLine)),
    );
  } catch (error) {
    code = 1;
    process.stderr.write(`${describe(error)}\n`);
  }
  report.step('Stopping');
  await system.stop();
  process.exit(code);
}

async function walk(system: RunningSystem, report: Console, trackerLine: Promise<void>): Promise<void> {
  const delivered = await byHttp(ORDER, system);
  report.show({ event: 'delivered', ...delivered }, pc.bold(deliveryReport(delivered)));
  await within(trackerLine, `The tracker did not log "${TRACKER_LINE}"`);
  const show = (view: OrderView) => report.show({ event: 'tracked', ...view }, `\n${timeline(view)}\n`);
  show(await followTo(system, delivered.order.order_id, 'completed', LIMIT_SECONDS));

  // Side by side, and told one after the other; the demo goes through all of them, whatever is missing.
  const shop = createShop(system, LIMIT_SECONDS);
  const outcomes = await Promise.allSettled(demoWalks().map((one) => follow(one, shop, system)));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') continue;
    report.show({ event: 'walk', title: outcome.value.title }, pc.bold(`${outcome.value.title}:`));
    outcome.value.views.forEach(show);
  }
  const missing = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [messageOf(outcome.reason)] : []));
  if (missing.length > 0) throw new CommandError(missing.join('; '));
}

async function follow({ title, run }: Walk, shop: Shop, system: RunningSystem) {
  try {
    const last = (await run(shop)).map(([orderId, status]) => followTo(system, orderId, status, LIMIT_SECONDS));
    return { title, views: await Promise.all(last) };
  } catch (cause) {
    throw new CommandError(`${title}: ${messageOf(cause)}`, { cause });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function within(work: Promise<void>, otherwise: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CommandError(`${otherwise} within ${LIMIT_SECONDS} s`)), LIMIT_SECONDS * 1000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
