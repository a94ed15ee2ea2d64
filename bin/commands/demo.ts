import pc from 'picocolors';
import { readSystem } from '../../local/state';
import { startSystem } from '../../local/up';
import { listenForEnd, unlessEnded } from '../ending';
import { createConsole } from '../output/console';
import { CommandError, describe } from '../output/failure';
import { summary } from '../output/summary';
import { timeline } from '../output/timeline';
import { type SystemFlags, systemOptions } from '../system-options';
import { byHttp, deliveryReport } from './order';
import { readOrder } from './status';

const ORDER = { user: 'john', item: 'burger', quantity: 5 };
const TRACKER_LINE = 'Message received: burger 5 from john';
const LIMIT_SECONDS = 10;

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
  const system = await unlessEnded(ending, startSystem(options));
  report.show({ event: 'ready', endpoints: system.endpoints }, `\n${summary(system)}\n`);
  let failure: unknown;
  try {
    await unlessEnded(ending, walk());
  } catch (error) {
    failure = error;
    process.stderr.write(`${describe(error)}\n`);
  }
  report.step('Stopping');
  await system.stop();
  process.exit(failure === undefined ? 0 : 1);

  async function walk(): Promise<void> {
    const record = readSystem(options.state);
    if (record === undefined) throw new CommandError(`${options.state.root} was removed meanwhile`);
    const delivered = await byHttp(ORDER, flags.state);
    report.show({ event: 'delivered', ...delivered }, pc.bold(deliveryReport(delivered)));
    const view = await readOrder(record, delivered.order.order_id, LIMIT_SECONDS);
    await within(trackerLine, `the tracker did not log "${TRACKER_LINE}"`);
    report.show({ event: 'tracked', ...view }, `\n${timeline(view)}\n`);
  }
}

async function within(work: Promise<void>, otherwise: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CommandError(`${otherwise} within ${LIMIT_SECONDS} s`)), LIMIT_SECONDS * 1000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
