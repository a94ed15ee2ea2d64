import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../local/engines/ports';
import { stateFolder } from '../local/state';
import { type FunctionVariables, type RunningSystem, startSystem } from '../local/up';
import { withDynamodb } from './engines';

const root = join(__dirname, '..');

/** Synthesises the app, and runs it whole on free ports and a state folder of its own, which is removed afterwards. */
export function withSystem<T>(
  say: (line: string) => void,
  env: FunctionVariables,
  work: (system: RunningSystem) => Promise<T>,
): Promise<T> {
  return withDynamodb(say, (dynamodb) => startAround(dynamodb, say, env, work));
}

async function startAround<T>(
  dynamodb: string,
  say: (line: string) => void,
  env: FunctionVariables,
  work: (system: RunningSystem) => Promise<T>,
): Promise<T> {
  execFileSync('npm', ['run', '--silent', 'synth'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const directory = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
  const [kafka, s3, api] = await Promise.all([freePort(), freePort(), freePort()]);
  const system = await startSystem({
    app: join(root, 'cdk.out'),
    state: stateFolder(directory),
    engine: 'jvm',
    given: { dynamodb },
    ports: { kafka, dynamodb: Number(new URL(dynamodb).port), s3, api },
    mappings: true,
    env,
    resolve: {},
    report: {
      step: say,
      part: (name, line) => say(`${name}: ${line}`),
      functionLine: (fn, line) => {
        if (process.env.BENCH_DEBUG) say(`${fn.name} | ${line.slice(0, 600)}`);
      },
      download: () => {},
    },
  });
  try {
    return await work(system);
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
