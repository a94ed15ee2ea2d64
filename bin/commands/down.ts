import { rm } from 'node:fs/promises';
import { dockerAnswers, removeDockerEngines, stopDockerEngines } from '../../local/engines/docker';
import { composeProject } from '../../local/engines/engines';
import { signal, waitForEnd } from '../../local/process-identity';
import { findEngines, findRunner, isState, readKeptEngines, type StateFolder, stateFolder } from '../../local/state';
import { CommandError } from '../output/failure';

interface DownFlags {
  readonly state: string;
  readonly json?: boolean;
}

/** An engine that ends for the first time writes a class archive; mappings have their own time. */
const ORDERLY_MS = 60_000;

export async function down({ state: directory, json }: DownFlags): Promise<void> {
  const stopped = await stop(stateFolder(directory));
  const text = stopped ? 'Stopped.' : `Nothing is running on ${directory}.`;
  process.stdout.write(`${json ? JSON.stringify({ stopped }) : text}\n`);
}

export async function reset({ state: directory, json }: DownFlags): Promise<void> {
  const state = stateFolder(directory);
  const removed = isState(state);
  await stop(state);
  if (removed) {
    if (readKeptEngines(state)?.kind === 'docker' && (await dockerAnswers()))
      await removeDockerEngines(composeProject(state));
    await rm(state.root, { recursive: true, force: true });
  }
  const text = removed ? `Removed ${state.root}.` : `There is no state at ${state.root}.`;
  process.stdout.write(`${json ? JSON.stringify({ removed }) : text}\n`);
}

/** Ends the runner in order, and what it may have left; never a process that only has its id. */
async function stop(state: StateFolder): Promise<boolean> {
  const runner = findRunner(state);
  if (runner) {
    signal(runner, 'SIGTERM');
    if (!(await waitForEnd(runner, ORDERLY_MS)) && signal(runner, 'SIGKILL')) await waitForEnd(runner, 5_000);
  }
  const engines = findEngines(state);
  for (const engine of engines) {
    signal(engine, 'SIGTERM');
    if ((await waitForEnd(engine, ORDERLY_MS)) || !signal(engine, 'SIGKILL')) continue;
    if (!(await waitForEnd(engine, 5_000)))
      throw new CommandError(`Process ${engine.pid} does not end: kill it by hand`);
  }
  if (!runner && readKeptEngines(state)?.kind === 'docker' && (await dockerAnswers()))
    await stopDockerEngines(composeProject(state));
  return runner !== undefined || engines.length > 0;
}
