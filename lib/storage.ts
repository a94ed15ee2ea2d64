import { Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { acknowledgeBelow } from './acknowledge-below';
import type { DataKey } from './data-key';
import type { Bucket as BucketSpec, FunctionNeeds, Table as TableSpec } from './function-needs';
import type { Stage } from './stages';

export interface StorageProps {
  readonly stage: Stage;
  /** Whether tables refuse to be deleted. */
  readonly protect: boolean;
  readonly dataKey: DataKey;
  readonly tables: Readonly<Record<string, TableSpec>>;
  readonly buckets: Readonly<Record<string, BucketSpec>>;
}

/** No scans and no deletes: rows are put once, states are guarded by a version, and what expires does so by itself. */
const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
];
const KEY_WRITE = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** The topology's tables and buckets, and who may do what with them. */
export class Storage extends Construct {
  private readonly tables = new Map<string, Table>();
  private readonly buckets = new Map<string, Bucket>();
  private readonly dataKey: IKey;
  private readonly specs: StorageProps['tables'];

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.dataKey = props.dataKey.key;
    this.specs = props.tables;
    for (const [name, table] of Object.entries(props.tables)) this.tables.set(name, this.makeTable(name, table, props));
    for (const name of Object.keys(props.buckets)) this.buckets.set(name, this.makeBucket(name, props));
  }

  tableName(name: string): string {
    return present(this.tables, name).tableName;
  }

  bucketName(name: string): string {
    return present(this.buckets, name).bucketName;
  }

  /** What empties a bucket when it goes: whoever writes to it must be gone by then. */
  emptiers(): IConstruct[] {
    return [...this.buckets.values()].flatMap(({ node }) => node.tryFindChild('AutoDeleteObjectsCustomResource') ?? []);
  }

  grant(grantee: Role, needs: FunctionNeeds): void {
    for (const name of needs.owns ?? []) this.grantTable(grantee, name, [...READ, ...WRITE], KEY_WRITE);
    for (const name of needs.consults ?? []) this.grantTable(grantee, name, READ, []);
    for (const name of needs.fills ?? []) this.grantBucket(grantee, name, ['s3:GetObject', 's3:PutObject'], KEY_WRITE);
    for (const name of needs.fetches ?? []) this.grantBucket(grantee, name, ['s3:GetObject'], []);
  }

  /** Objects are put once and read; without leave to list, a missing one would look like a forbidden one. */
  private grantBucket(grantee: Role, name: string, actions: string[], keyActions: string[]): void {
    const bucket = present(this.buckets, name);
    const allow = (statement: { actions: string[]; resources: string[] }) =>
      grantee.addToPrincipalPolicy(new PolicyStatement(statement));
    allow({ actions, resources: [bucket.arnForObjects('*')] });
    allow({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] });
    this.grantKey(grantee, 's3', keyActions);
    acknowledgeBelow(grantee, bucket, '/*', 'The objects of the one bucket that the function is given.');
  }

  private grantTable(grantee: Role, name: string, actions: string[], keyActions: string[]): void {
    const { tableArn } = present(this.tables, name);
    const indexes = Object.keys(this.specs[name]?.indexes ?? {}).map((index) => `${tableArn}/index/${index}`);
    grantee.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [tableArn, ...indexes] }));
    this.grantKey(grantee, 'dynamodb', keyActions);
  }

  private grantKey(grantee: Role, service: string, keyActions: string[]): void {
    grantee.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:DescribeKey', ...keyActions],
        resources: [this.dataKey.keyArn],
        // The service uses the key in the caller's name; by itself the caller can decrypt nothing with it.
        conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
  }

  private makeTable(name: string, spec: TableSpec, { protect, dataKey }: StorageProps): Table {
    const text = (attribute: string) => ({ name: attribute, type: AttributeType.STRING });
    const [partition, sort] = spec.key;
    const table = new Table(this, `${name}-table`, {
      partitionKey: text(partition),
      sortKey: text(sort),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: dataKey.key,
      deletionProtection: protect,
      removalPolicy: dataKey.removalPolicy,
      ...(spec.expires && { timeToLiveAttribute: 'expires_at' }),
    });
    for (const [indexName, [indexPartition, indexSort]] of Object.entries(spec.indexes ?? {})) {
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(indexPartition),
        sortKey: text(indexSort),
        projectionType: ProjectionType.ALL,
      });
    }
    return table;
  }

  private makeBucket(name: string, { stage, dataKey }: StorageProps): Bucket {
    const bucket = new Bucket(this, `${name}-bucket`, {
      encryption: BucketEncryption.KMS,
      encryptionKey: dataKey.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: dataKey.removalPolicy,
      // CloudFormation deletes empty buckets only, and the archive has objects from the first order on.
      autoDeleteObjects: !stage.keepsData,
    });
    // With the bucket, else what is kept would take requests without TLS.
    bucket.policy?.applyRemovalPolicy(dataKey.removalPolicy);
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'Only functions of the pipeline may read it; a log of their requests says nothing that theirs does not.',
    });
    return bucket;
  }
}

function present<T>(things: ReadonlyMap<string, T>, name: string): T {
  const thing = things.get(name);
  if (!thing) throw new Error(`lib/topology.ts names "${name}", which it does not declare`);
  return thing;
}
