export const queryEnvironment = ['TRACKER_TABLE'] as const;
export type QueryEnvironment = Record<(typeof queryEnvironment)[number], string>;
