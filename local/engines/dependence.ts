export type EngineName = 'kafka' | 'dynamodb' | 's3';

interface Dependence {
  /** Whether a system starts at all without it. Once it runs, it outlives the loss of any engine, and waits for it. */
  readonly needed: boolean;
  /** What stands still meanwhile, for people. */
  readonly waits: string;
}

/** What may live without which engine; decided here and nowhere else. */
export const dependence: Readonly<Record<EngineName, Dependence>> = {
  kafka: { needed: true, waits: 'No record is taken or delivered until it is back; none is lost' },
  dynamodb: { needed: true, waits: 'What uses tables waits until it is back, and is tried again' },
  s3: { needed: false, waits: 'What uses buckets waits until it is back; all else goes on' },
};
