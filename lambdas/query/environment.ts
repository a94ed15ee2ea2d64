export const queryEnvironment = [
  'TRACKER_TABLE',
  'ORDER_BOOK_TABLE',
  'POSITION_TABLE',
  'ANALYTICS_TABLE',
  'STATEMENTS_BUCKET',
] as const;
export type QueryEnvironment = Record<(typeof queryEnvironment)[number], string>;
