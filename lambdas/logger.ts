import { Logger } from '@aws-lambda-powertools/logger';

/** The structured log of a function; its level is POWERTOOLS_LOG_LEVEL, INFO when absent. */
export const createLogger = (serviceName: string): Logger => new Logger({ serviceName });
