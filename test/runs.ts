/**
 * How many times a property is tried: all of them in `npm test` and CI, a share of them in `npm run check`, which sets
 * ORDERFLOW_RUNS to it (0.1 is a tenth).
 */
export const runs = (all: number): number => Math.max(FEWEST, Math.ceil(all * Number(process.env.ORDERFLOW_RUNS ?? 1)));

/** fast-check begins with its smallest values; fewer would try nothing else. */
const FEWEST = 5;
