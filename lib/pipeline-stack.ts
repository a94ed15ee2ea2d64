import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ACT_FOR_OTHERS, OPERATE, routes } from '../lambdas/api/routes';
import { Alarms } from './alarms';
import { BootstrapBrokers } from './bootstrap-brokers';
import { watchCluster } from './cluster-alarms';
import { connectionBudget } from './connection-budget';
import { addConsumer } from './consumer';
import { DataKey } from './data-key';
import { OrderApi } from './http-api';
import { KafkaAccess } from './kafka-access';
import { watchPollers } from './mapping-alarms';
import type { NetworkStack } from './network-stack';
import { withPayments } from './payments';
import { addFunction, type Surroundings } from './pipeline-function';
import type { Settings } from './settings';
import { Storage } from './storage';
import type { StreamStack } from './stream-stack';
import { TokenIssuer } from './token-issuer';
import { buckets, consumers, endpoints, jobs, tables, topics } from './topology';

export interface PipelineStackProps extends StackProps {
  readonly settings: Settings;
  readonly network: NetworkStack;
  readonly stream: StreamStack;
  /** The bundle of lambdas/<name>/handler.ts. */
  readonly code: (name: string) => Code;
}

/** What the topology says, provisioned: tables, functions with their mappings, and the HTTP API before them. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { settings, network, stream, code, ...props }: PipelineStackProps) {
    super(scope, id, props);
    const { stage } = settings;
    // CDK makes each function depend on its role, which names it anyway.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };
    this.addStackDependency(stream);
    this.node.addValidation({
      validate: () => [...connectionBudget(stage, { ...endpoints, ...consumers }, topics).faults],
    });

    const dataKey = new DataKey(this, 'DataKey', {
      stage,
      describes: 'Tables, buckets, logs and alarms of the pipeline',
    });
    const alarms = new Alarms(this, 'Alarms', { dataKey, email: settings.alarmEmail });
    const brokers = new BootstrapBrokers(this, 'Brokers', { stage, dataKey, clusterArn: stream.clusterArn, code });
    new CfnOutput(this, 'BootstrapBrokers', { value: brokers.address }).overrideLogicalId('BootstrapBrokers');
    const around: Surroundings = {
      stage,
      dataKey,
      alarms,
      code,
      vpc: network.vpc,
      brokerGroup: stream.brokers,
      brokers: brokers.address,
      kafka: new KafkaAccess(this, stream.clusterArn),
      storage: new Storage(this, 'Storage', { stage, protect: settings.protect, dataKey, tables, buckets }),
    };

    watchPollers(alarms);
    watchCluster(alarms, around.kafka.clusterName, stage);

    const wired = { ...consumers, billing: withPayments(consumers.billing, settings) };
    for (const [name, consumer] of Object.entries(wired)) addConsumer(this, name, consumer, topics, around);
    for (const [name, job] of Object.entries(jobs)) addFunction(this, name, job, around);
    const functions = {
      ingest: addFunction(this, 'ingest', endpoints.ingest, around).fn,
      query: addFunction(this, 'query', endpoints.query, around).fn,
    } satisfies Record<keyof typeof endpoints, unknown>;

    new OrderApi(this, 'Http', {
      ...this.tokens(settings, dataKey),
      routes,
      functions,
      dataKey,
      alarms,
      origins: settings.origins,
    });
  }

  private tokens({ stage, protect, tokens, origins }: Settings, dataKey: DataKey) {
    if (tokens) return tokens;
    const programScopes: readonly string[] = [ACT_FOR_OTHERS, OPERATE];
    const scopes = new Set<string>(routes.flatMap((route) => ('scope' in route ? [route.scope] : [])));
    return new TokenIssuer(this, 'Tokens', {
      stage,
      protect,
      dataKey,
      scopes: [...scopes].filter((scope) => !programScopes.includes(scope)),
      programScopes,
      callbacks: origins,
    });
  }
}
