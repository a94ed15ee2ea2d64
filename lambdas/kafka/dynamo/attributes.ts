import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item of text and numbers in DynamoDB's notation. */
export function toAttributes(item: Readonly<Record<string, string | number>>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
}
