/**
 * What the runner knows of an application after it has read `cdk.out`: every intrinsic resolved, nothing of
 * CloudFormation left. assembly/ makes it; engines/, runtime/, mapping/ and gateway/ each run a part of it.
 */

/** Where a thing stands in the assembly, for messages: `Stack/path/of/construct`. */
export interface Origin {
  readonly stack: string;
  readonly logicalId: string;
  readonly path: string;
}

export interface FunctionModel {
  readonly origin: Origin;
  /** ARN by which mappings, routes and schedules name it. */
  readonly arn: string;
  /** Short name for people: prefix of its log lines, argument of `invoke`. Unique in the system. */
  readonly name: string;
  /** Folder with the code that would be uploaded. */
  readonly codeDirectory: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders of its layers, first to last; what Lambda would lay over `/opt`. */
  readonly layers?: readonly string[];
}

export interface OnFailureDestination {
  readonly kind: 'kafka' | 'sqs' | 'sns' | 's3';
  /** Topic, queue or topic ARN, or bucket. */
  readonly target: string;
}

export interface MappingModel {
  readonly origin: Origin;
  readonly uuid: string;
  readonly functionArn: string;
  readonly source: 'msk' | 'self-managed';
  /** Present for MSK only, as in the event. */
  readonly eventSourceArn?: string;
  readonly topic: string;
  readonly groupId: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Epoch milliseconds, with AT_TIMESTAMP. */
  readonly startingTimestamp?: number;
  /** As Lambda would go by it, as are the three below and the destination: without provisioned mode it ignores what is set. -1: for ever. */
  readonly maximumRetryAttempts: number;
  /** -1: any age. */
  readonly maximumRecordAgeSeconds: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly reportBatchItemFailures: boolean;
  readonly onFailure?: OnFailureDestination;
  /** Patterns of FilterCriteria, parsed JSON. */
  readonly filters: readonly unknown[];
}

export interface TopicModel {
  readonly origin: Origin;
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** `retention.ms` and its kin. */
  readonly configs: Readonly<Record<string, string>>;
}

export interface TableModel {
  readonly origin: Origin;
  readonly name: string;
  /** CreateTable's input, as the DynamoDB API takes it. */
  readonly create: Readonly<Record<string, unknown>>;
  readonly timeToLiveAttribute?: string;
}

export interface BucketModel {
  readonly origin: Origin;
  readonly name: string;
}

export interface JwtAuthorizerModel {
  readonly issuer: string;
  readonly audience: readonly string[];
}

export interface RouteModel {
  /** `GET`, … or `ANY`. */
  readonly method: string;
  /** `/orders/{id}`, `/files/{proxy+}`, or `$default`. */
  readonly path: string;
  readonly functionArn: string;
  readonly payloadFormat: '1.0' | '2.0';
  readonly timeoutMs: number;
  readonly authorizer?: JwtAuthorizerModel;
  readonly scopes: readonly string[];
}

export interface HttpApiModel {
  readonly origin: Origin;
  readonly id: string;
  readonly name: string;
  readonly routes: readonly RouteModel[];
  readonly stage: string;
  readonly cors?: {
    readonly allowOrigins: readonly string[];
    readonly allowMethods: readonly string[];
    readonly allowHeaders: readonly string[];
    readonly exposeHeaders: readonly string[];
    readonly maxAgeSeconds?: number;
    readonly allowCredentials: boolean;
  };
}

export interface ScheduleModel {
  readonly origin: Origin;
  /** `rate(5 minutes)` or `cron(0 1 * * ? *)`. */
  readonly expression: string;
  readonly timezone?: string;
  readonly functionArn: string;
  /** JSON text the function gets; absent: the service's own event. */
  readonly input?: string;
}

/** A thing of the template that is not run offline, and why; or something the user must supply. */
export interface Notice {
  readonly origin: Origin;
  readonly type: string;
  readonly message: string;
  /** Key that `--set` takes, when a value is what is missing. */
  readonly ask?: string;
}

export interface SystemModel {
  readonly name: string;
  readonly functions: readonly FunctionModel[];
  readonly mappings: readonly MappingModel[];
  readonly topics: readonly TopicModel[];
  readonly tables: readonly TableModel[];
  readonly buckets: readonly BucketModel[];
  readonly apis: readonly HttpApiModel[];
  readonly schedules: readonly ScheduleModel[];
  readonly notices: readonly Notice[];
}

/** The endpoints the engines listen on, which the assembly's intrinsics resolve to. */
export interface Endpoints {
  /** `localhost:9092` */
  readonly kafka: string;
  /** `http://127.0.0.1:8000` */
  readonly dynamodb: string;
  readonly s3?: string;
  /** `http://localhost:3000` */
  readonly api: string;
}
