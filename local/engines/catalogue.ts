/** An engine that runs as a JVM process from jars of Maven Central. */
export interface EngineJars {
  readonly name: string;
  readonly version: string;
  /** `group:artifact:version`; what they depend on comes with them. */
  readonly artifacts: readonly string[];
  /** What a first download brings, roughly, in bytes: the length of its progress bar. */
  readonly bytes: number;
  /** Whether its classes may be archived: a jar whose manifest names folders in its class path rules that out. */
  readonly archivable: boolean;
}

const MB = 1_000_000;

/** 4.1.x is a version MSK offers. A binding for SLF4J is needed to see why a broker does not come up. */
export const kafkaJars: EngineJars = {
  name: 'kafka',
  version: '4.1.2',
  artifacts: ['org.apache.kafka:kafka_2.13:4.1.2', 'org.slf4j:slf4j-simple:1.7.36'],
  bytes: 45 * MB,
  archivable: true,
};

/** jetty-xml, of the Jetty that DynamoDB Local runs on, lets its server be put together as configuration, see dynamodb-local.ts. */
export const dynamodbLocalJars: EngineJars = {
  name: 'dynamodb-local',
  version: '3.1.0',
  artifacts: [
    'software.amazon.dynamodb:DynamoDBLocal:3.1.0',
    'org.eclipse.jetty:jetty-xml:12.0.14',
    'org.slf4j:slf4j-simple:2.0.17',
  ],
  bytes: 50 * MB,
  archivable: false,
};
