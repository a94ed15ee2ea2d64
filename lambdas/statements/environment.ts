export const statementsEnvironment = ['REPORTING_TABLE', 'REPORTING_TIME_ZONE', 'STATEMENTS_BUCKET'] as const;
export type StatementsEnvironment = Record<(typeof statementsEnvironment)[number], string>;
