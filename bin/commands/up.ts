import pc from 'picocolors';
import { startSystem } from '../../local/up';
import { seedOnce } from '../catalogue';
import { listenForEnd, unlessEnded } from '../ending';
import { createConsole } from '../output/console';
import { differences, summary } from '../output/summary';
import { type SystemFlags, systemOptions } from '../system-options';

/** Starts the system and stays until a signal ends it. */
export async function up(flags: SystemFlags): Promise<void> {
  const report = createConsole({ json: flags.json === true, rawLogs: flags.rawLogs === true });
  const ending = listenForEnd();
  const options = systemOptions(flags, report);
  const system = await unlessEnded(ending, startSystem({ ...options, compile: 'late' }));
  if (!flags.app) {
    await unlessEnded(ending, seedOnce(system, options)).catch((error) => report.part('catalogue', error.message));
  }
  if (flags.json) {
    const { endpoints, model, gateway } = system;
    const functions = model.functions.map(({ name }) => name);
    const topics = model.topics.map(({ name, partitions }) => ({ name, partitions }));
    report.show({ event: 'ready', endpoints, apis: gateway?.apis ?? [], functions, topics }, '');
  } else {
    report.show({}, `\n${summary(system)}\n\n${differences(system)}\n\n${pc.bold('Ready.')} Ctrl-C stops it.\n`);
  }
  await ending.asked;
  report.step('Stopping');
  await system.stop();
  process.exit(0);
}
