/**
 * `npm run check`: format and lint, types, boundaries, dead code, generated documents and unit tests, side by side; prints what failed, and
 * exits 1 when anything did. Properties are tried a tenth of the times, unless told `--full`, as `npm test` does. `--only lint` takes
 * one of them.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values: asked } = parseArgs({ options: { full: { type: 'boolean' }, only: { type: 'string' } } });
// Biome writes escapes around every character unless told whether its reader wants them; the others ask FORCE_COLOR.
const colours = process.env.FORCE_COLOR !== undefined ? process.env.FORCE_COLOR !== '0' : process.stdout.isTTY === true;
const cache = 'node_modules/.cache/orderflow';
// The longest first: they share the processors.
const steps = {
  // Jest would leave one processor to itself, which on two is half of them.
  unit: 'jest --selectProjects unit --maxWorkers=100%',
  lint: `biome ci --colors=${colours ? 'force' : 'off'} .`,
  types: `tsc -p . --incremental --tsBuildInfoFile ${cache}/tsbuildinfo`,
  boundaries: `depcruise bin lib lambdas local shared bench test --config .dependency-cruiser.cjs --cache ${cache}/boundaries --cache-strategy content`,
  unused: `knip --cache --cache-location ${cache}/knip`,
  docs: 'tsx scripts/docs.ts --check',
};
const runs = asked.full ? {} : { ORDERFLOW_RUNS: '0.1' };

const run = ([name, command]) =>
  new Promise((resolve) => {
    const started = performance.now();
    const output = [];
    const child = spawn(command, {
      shell: true,
      env: { ...process.env, ...runs, ORDERFLOW_CHECK: '1', PATH: `node_modules/.bin:${process.env.PATH}` },
    });
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds} s`);
      if (code !== 0 || name === 'unit') process.stdout.write(Buffer.concat(output));
      resolve(code);
    });
  });

const chosen = Object.entries(steps).filter(([name]) => asked.only === undefined || asked.only === name);
if (chosen.length === 0) {
  console.error(`There is no ${asked.only} to check: --only takes ${Object.keys(steps).join(', ')}`);
  process.exit(1);
}
const codes = await Promise.all(chosen.map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
