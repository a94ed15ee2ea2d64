/** Where nothing is said it is the embedded one; DynamoDB Local is under its vendor's own terms, and never chosen but by name. */
export type DynamodbEngine = (typeof DYNAMODB_ENGINES)[number];
export const DYNAMODB_ENGINES = ['embedded', 'dynoxide', 'dynamodb-local'] as const;
