import type { Benchmark } from './benchmark';

/** Loaded when asked for: a benchmark of start-up time must not pay for the others. */
export const benchmarks: Readonly<Record<string, Benchmark | undefined>> = {
  book: async (say) => (await import('./book')).book(say),
  cold: async (say) => (await import('./cold')).cold(say),
  ingest: async (say) => (await import('./ingest')).ingest(say),
  keyed: async (say) => (await import('./keyed/keyed')).keyed(say),
  pipeline: async (say) => (await import('./pipeline/pipeline')).pipeline(say),
  latency: async (say) => (await import('./latency')).latency(say),
};
