import { kafkaEnvironment } from '../kafka/environment';

export const reportingEnvironment = [
  ...kafkaEnvironment,
  'DEAD_LETTER_TOPIC',
  'REPORTING_TABLE',
  'REPORTING_TIME_ZONE',
] as const;
export type ReportingEnvironment = Record<(typeof reportingEnvironment)[number], string>;
