/**
 * `npm run check`: format and lint, types, boundaries, dead code, generated documents and unit tests, side by side; prints what failed, and
 * exits 1 when anything did.
 */
import { spawn } from 'node:child_process';

const steps = {
  lint: 'biome ci .',
  types: 'tsc -p .',
  boundaries: 'depcruise bin lib lambdas local bench test --config .dependency-cruiser.cjs',
  unused: 'knip',
  docs: 'tsx scripts/docs.ts --check',
  unit: 'jest --selectProjects unit',
};

const run = ([name, command]) =>
  new Promise((resolve) => {
    const started = Date.now();
    const output = [];
    const child = spawn(command, {
      shell: true,
      env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH}` },
    });
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds} s`);
      if (code !== 0 || name === 'unit') process.stdout.write(Buffer.concat(output));
      resolve(code);
    });
  });

const codes = await Promise.all(Object.entries(steps).map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
