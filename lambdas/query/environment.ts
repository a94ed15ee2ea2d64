export const queryEnvironment = [
  'TRACKER_TABLE',
  'ORDER_BOOK_TABLE',
  'POSITION_TABLE',
  'REPORTING_TABLE',
  'ANALYTICS_TABLE',
  'INVENTORY_TABLE',
  'ITEMS_TABLE',
  'LIMITS_TABLE',
  'WAITS_TABLE',
  'REPORTING_TIME_ZONE',
] as const;
export type QueryEnvironment = Record<(typeof queryEnvironment)[number], string>;
