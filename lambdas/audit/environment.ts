import { kafkaEnvironment } from '../kafka/environment';

export const auditEnvironment = [...kafkaEnvironment, 'DEAD_LETTER_TOPIC', 'ARCHIVE_BUCKET', 'AUDIT_TABLE'] as const;
export type AuditEnvironment = Record<(typeof auditEnvironment)[number], string>;
