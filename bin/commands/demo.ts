import pc from 'picocolors';
import type { OrderView } from '../../lambdas/api/schemas';
import { type RunningSystem, startSystem } from '../../local/up';
import { seedCatalogue } from '../catalogue';
import { listenForEnd, unlessEnded } from '../ending';
import { type Console, createConsole } from '../output/console';
import { CommandError, describe } from '../output/failure';
import { summary } from '../output/summary';
import { timeline } from '../output/timeline';
import { type SystemFlags, systemOptions } from '../system-options';
import { byHttp, deliveryReport } from './order';
import { FINAL, readOrder } from './status';

const ORDER = { user: 'john', item: 'burger', quantity: 5 };
const TRACKER_LINE = 'Message received: burger 5 from john';
const LIMIT_SECONDS = 10;
const POLL_MS = 100;

/** Starts the system, follows one order through it, stops. Exit code 1 when anything of that is missing. */
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
  const options = systemOptions(flags, report, ending.because);
  const system = await unlessEnded(ending, startSystem({ ...options, brief: true }));
  report.show({ event: 'ready', endpoints: system.endpoints }, `\n${summary(system)}\n`);
  let code = 0;
  try {
    await unlessEnded(
      ending,
      seedCatalogue(system, options.state).then(() => walk(system, report, trackerLine)),
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
  const deadline = Date.now() + LIMIT_SECONDS * 1000;
  await before(deadline, trackerLine, `The tracker did not log "${TRACKER_LINE}"`);
  let view: OrderView;
  do {
    view = await readOrder(system, delivered.order.order_id, LIMIT_SECONDS);
    if (!FINAL.has(view.status)) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  } while (!FINAL.has(view.status) && Date.now() < deadline);
  report.show({ event: 'tracked', ...view }, `\n${timeline(view)}\n`);
  if (view.status !== 'completed') throw new CommandError(`The order is ${view.status}, not completed`);
}

async function before(deadline: number, work: Promise<void>, otherwise: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CommandError(`${otherwise} within ${LIMIT_SECONDS} s`)), deadline - Date.now());
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
