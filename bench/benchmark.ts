/** Figures by name; a name says its unit: `_ms`, `_per_second`, `_ratio`. */
export type Figures = Readonly<Record<string, number | string>>;

export type Benchmark = (say: (line: string) => void) => Promise<Figures>;
