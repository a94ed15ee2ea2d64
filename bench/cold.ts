import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Benchmark } from './benchmark';
import { median, rounded } from './statistics';

const RUNS = 15;
const root = join(__dirname, '..');

/** What an environment of ingest imports, with and without the signer of IAM tokens, and kafkajs alone beside it. */
const entries = {
  ingest: "export * from './lambdas/ingest/handler';",
  ingest_iam: "export * from './lambdas/kafka/iam-token'; export * from './lambdas/ingest/handler';",
  kafkajs: "export * from 'kafkajs';",
  empty: 'export {};',
};

/**
 * Milliseconds that `require` of a bundle takes in a fresh process, median of fifteen, the variants in turn. The bundles are
 * made as lib/bundling.ts makes them.
 */
export const cold: Benchmark = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-cold-'));
  try {
    const sizes: Record<string, number> = {};
    for (const [name, contents] of Object.entries(entries)) {
      const { metafile } = buildSync({
        stdin: { contents, resolveDir: root, loader: 'ts' },
        outfile: join(folder, `${name}.js`),
        absWorkingDir: root,
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        mainFields: ['module', 'main'],
        minify: true,
        keepNames: true,
        metafile: true,
      });
      sizes[name] = Math.round((Object.values(metafile.outputs)[0]?.bytes ?? 0) / 1024);
    }
    const times: Record<string, number[]> = {};
    for (let run = 0; run <= RUNS; run++) {
      for (const name of Object.keys(entries)) {
        const time = importMs(join(folder, `${name}.js`));
        // The first run fills the file cache.
        if (run > 0) times[name] = [...(times[name] ?? []), time];
      }
    }
    for (const [name, values] of Object.entries(times)) {
      say(
        `${name.padEnd(12)} ${median(values).toFixed(1)} ms (best ${Math.min(...values).toFixed(1)}), ${sizes[name]} KB`,
      );
    }
    return {
      ingest_ms: rounded(median(times.ingest ?? [])),
      ingest_iam_ms: rounded(median(times.ingest_iam ?? [])),
      kafkajs_ms: rounded(median(times.kafkajs ?? [])),
      ingest_kb: sizes.ingest ?? 0,
      ingest_iam_kb: sizes.ingest_iam ?? 0,
      node: process.version,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

function importMs(bundle: string): number {
  const script = `const t = process.hrtime.bigint(); require(${JSON.stringify(bundle)});
    console.log('\\n' + Number(process.hrtime.bigint() - t) / 1e6); process.exit()`;
  const output = execFileSync(process.execPath, ['-e', script], {
    env: {
      PATH: process.env.PATH,
      NODE_NO_WARNINGS: '1',
      KAFKA_BROKERS: 'localhost:1',
      KAFKA_AUTH: 'none',
      ORDERS_TOPIC: 'orders',
      ORDER_EVENTS_TOPIC: 'order-events',
      ORDER_COMMANDS_TOPIC: 'order-commands',
      ITEMS_TABLE: 'items',
      AWS_REGION: 'us-east-1',
    },
  });
  return Number(output.toString().trim().split('\n').at(-1));
}
