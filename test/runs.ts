/** The share of all runs that is asked for: 1 in `npm test` and CI; `npm run check` sets ORDERFLOW_RUNS to less. */
const share = Number(process.env.ORDERFLOW_RUNS ?? 1);
if (!(share > 0 && share <= 1))
  throw new Error('ORDERFLOW_RUNS is a share of all runs: a number over 0, and at most 1');

/** Whether this is the quick half, which only has to be quick about what has not changed. */
export const quick = share < 1;

/** fast-check begins with its smallest values; fewer would try nothing else. */
const FEWEST = 5;

/** How many times a property is tried. */
export const runs = (all: number): number => Math.min(all, Math.max(FEWEST, Math.ceil(all * share)));

/** The numbers below `count`, where each stands for a case: all of them, or the share evenly spread, from anywhere on. */
export function cases(count: number): number[] {
  const step = count / runs(count);
  const start = Math.random() * step;
  return Array.from({ length: runs(count) }, (_, index) => Math.floor(start + index * step));
}
