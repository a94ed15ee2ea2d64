/** `npm run bench -- <name>`: runs one benchmark; what it says on the way goes to stderr, its figures are one JSON line. */
import { benchmarks } from './benchmarks';

async function main(name: string): Promise<void> {
  const run = benchmarks[name];
  if (!run) throw new Error(`There is no benchmark "${name}": one of ${Object.keys(benchmarks).join(', ')}`);
  const figures = await run((line) => process.stderr.write(`${line}\n`));
  console.log(JSON.stringify({ bench: name, ...figures }));
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
