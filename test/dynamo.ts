import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { engines, freshTable } from './engines';

/** A client of the engine that the integration tests share. */
export const aDynamoClient = () =>
  new DynamoDBClient({
    endpoint: engines().dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

/** @returns the name of a fresh table with these keys. */
export const aTable = (partition = 'pk', sort = 'sk') =>
  freshTable({
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: partition, AttributeType: 'S' },
      { AttributeName: sort, AttributeType: 'S' },
    ],
  });
