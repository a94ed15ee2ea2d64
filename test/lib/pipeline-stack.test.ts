import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { ACT_FOR_OTHERS, OPERATE, type Route, routes } from '../../lambdas/api/routes';
import { BY_USER } from '../../lambdas/query/dynamo-order-reader';
import { consumers, endpoints, jobs, tables } from '../../lib/topology';
import { actionsOn, functionOf, pipelineTemplate, resourcesOf, type Statement, statementsOf } from './templates';

const pipeline = pipelineTemplate();
const prod = pipelineTemplate({ stage: 'prod' });
/** Ours; CDK's own, which empties dev's buckets when they go, is called Handler. */
const functions = new Map([...resourcesOf(pipeline, 'AWS::Lambda::Function')].filter(([name]) => name !== 'Handler'));
const names = [...Object.keys(endpoints), ...Object.keys(jobs), ...Object.keys(consumers)];
const declaredRoutes: readonly Route[] = routes;

describe('each function', () => {
  it('of the topology is there, and the one that finds the brokers, and no other', () => {
    expect([...functions.keys()].sort()).toEqual([...names, 'bootstrap-brokers'].sort());
  });

  it.each(names)('%s is given exactly the variables that its code reads', (name) => {
    const module = require(join('../../lambdas', name, 'environment')) as Record<string, readonly string[]>;
    const [expected] = Object.values(module).filter(Array.isArray);
    const { Variables } = functionOf(pipeline, name).Environment;
    const given = Object.keys(Variables).filter((key) => !/^(POWERTOOLS_|NODE_OPTIONS$)/.test(key));
    expect(given.sort()).toEqual([...(expected ?? [])].sort());
  });

  it.each(names)('%s has a role, a log group that ends, and a bounded time of its own', (name) => {
    const { Role, LoggingConfig, Timeout, Runtime } = functionOf(pipeline, name);
    const others = [...functions].filter(([other]) => other !== name).map(([, { Properties }]) => Properties);
    expect(others.map((other) => other.Role)).not.toContainEqual(Role);
    expect(others.map((other) => other.LoggingConfig)).not.toContainEqual(LoggingConfig);
    expect(Timeout).toBeLessThan(840);
    expect(Runtime).toBe('nodejs24.x');
    pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7, KmsKeyId: Match.anyValue() });
  });

  it('behind the HTTP API ends before the gateway gives up after 30 s', () => {
    for (const name of Object.keys(endpoints)) expect(functionOf(pipeline, name).Timeout).toBeLessThan(30);
  });

  it('stands in the network, in a security group of its own, only when it speaks to brokers', () => {
    const groups = (name: string) => functionOf(pipeline, name).VpcConfig?.SecurityGroupIds;
    expect(groups('query')).toBeUndefined();
    expect(groups('bootstrap-brokers')).toBeUndefined();
    expect(groups('ingest')).toHaveLength(1);
    expect(groups('tracker')).toHaveLength(1);
    expect(groups('ingest')).not.toEqual(groups('tracker'));
  });

  it('has code: a folder in lambdas/ with a handler', () => {
    const root = join(__dirname, '../../lambdas');
    for (const name of names) expect(readdirSync(join(root, name))).toContain('handler.ts');
  });
});

describe('permissions', () => {
  const isEverything = ({ Resource }: Statement) => JSON.stringify(Resource) === '"*"';

  it('name no wildcard action, and no wildcard resource but where AWS knows no other', () => {
    const noResourceLevel =
      /^(xray:Put|ec2:(Describe|CreateNetworkInterface|DeleteNetworkInterface|(Una|A)ssignPrivateIp))/;
    for (const name of functions.keys()) {
      for (const statement of statementsOf(pipeline, name)) {
        for (const action of statement.Action) {
          expect(action).not.toMatch(/:\*$/);
          if (isEverything(statement)) expect(action).toMatch(noResourceLevel);
        }
      }
    }
  });

  it('keep network interfaces from the code of a function, which need them only to be attached', () => {
    for (const name of ['ingest', 'tracker']) {
      const denied = statementsOf(pipeline, name).filter(({ Effect }) => Effect === 'Deny');
      expect(denied.flatMap(({ Action }) => Action)).toContain('ec2:CreateNetworkInterface');
      expect(denied[0]?.Condition).toHaveProperty(['ArnLike', 'lambda:SourceFunctionArn']);
    }
  });

  it('let ingest write to the topics of requests, the price list and the limits, and read no topic', () => {
    expect(actionsOn(pipeline, 'ingest', /topic\/.*\/(orders|order-events|order-commands)$/)).toEqual([
      'kafka-cluster:DescribeTopic',
      'kafka-cluster:WriteData',
    ]);
    expect(actionsOn(pipeline, 'ingest', /topic\/(?!.*\/(orders|order-events|order-commands)$)/)).toEqual([]);
    expect(actionsOn(pipeline, 'ingest', /group\/|(?<!items|limits)table/)).toEqual([]);
  });

  it('let query read the tracker’s table and its index, write nothing, scan nothing, and know no broker', () => {
    expect(actionsOn(pipeline, 'query', /trackertable/)).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
    ]);
    expect(
      statementsOf(pipeline, 'query')
        .flatMap(({ Action }) => Action)
        .join(),
    ).not.toContain('kafka');
  });

  it('let nobody delete or scan rows', () => {
    const all = [...functions.keys()].flatMap((name) => statementsOf(pipeline, name).flatMap(({ Action }) => Action));
    expect(all.filter((action) => /DeleteItem|Scan|DeleteTable|UpdateTable/.test(action))).toEqual([]);
  });

  it('let the finder of brokers ask for them and write its log', () => {
    expect(
      statementsOf(pipeline, 'bootstrap-brokers')
        .flatMap(({ Action }) => Action)
        .sort(),
    ).toEqual(['kafka:GetBootstrapBrokers', 'logs:CreateLogStream', 'logs:PutLogEvents']);
  });
});

describe('tables', () => {
  it.each(Object.entries(tables))(
    '%s is paid by use, encrypted with our key, and can be put back to any second',
    (_, { key }) => {
      pipeline.hasResourceProperties('AWS::DynamoDB::Table', {
        KeySchema: [
          { AttributeName: key[0], KeyType: 'HASH' },
          { AttributeName: key[1], KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      });
    },
  );

  it('have the index that the list of a user’s orders asks', () => {
    expect(Object.keys(tables.tracker.indexes)).toEqual([BY_USER]);
  });

  it('outlive the stack in prod, but not a deployment that fails while it makes them', () => {
    prod.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'RetainExceptOnCreate' });
    pipeline.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  it('cannot be deleted by mistake, once a first deployment stands that could still be rolled back', () => {
    const refuses = (template: typeof prod, type: string) =>
      Object.values(template.findResources(type)).map(
        ({ Properties }) => Properties.DeletionProtectionEnabled ?? Properties.DeletionProtection,
      );
    const protectedProd = pipelineTemplate({ stage: 'prod', protect: 'yes' });
    expect(new Set(refuses(prod, 'AWS::DynamoDB::Table'))).toEqual(new Set([false]));
    expect(new Set(refuses(protectedProd, 'AWS::DynamoDB::Table'))).toEqual(new Set([true]));
    expect(refuses(protectedProd, 'AWS::Cognito::UserPool')).toEqual(['ACTIVE']);
  });
});

describe('the HTTP API', () => {
  const template = Object.values(pipeline.findResources('AWS::ApiGatewayV2::Route')).map(
    ({ Properties }) => Properties,
  );

  it('has the routes of the route table, no more and no less', () => {
    expect(template.map(({ RouteKey }) => RouteKey).sort()).toEqual(
      declaredRoutes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  it.each(declaredRoutes)('asks for a token with the scope of $method $path', ({ method, path, scope }) => {
    const route = template.find(({ RouteKey }) => RouteKey === `${method} ${path}`);
    expect(route?.AuthorizationType ?? 'NONE').toBe(scope ? 'JWT' : 'NONE');
    expect(route?.AuthorizationScopes).toEqual(scope && [scope]);
  });

  it('is open to all for health only', () => {
    expect(declaredRoutes.filter(({ scope }) => !scope).map(({ path }) => path)).toEqual(['/health']);
  });

  it('is throttled, and logs who asked what without tokens or bodies', () => {
    pipeline.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: Match.objectLike({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 250 }),
      AccessLogSettings: { DestinationArn: Match.anyValue(), Format: Match.stringLikeRegexp('context.requestId') },
    });
    const [stage] = Object.values(pipeline.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties.AccessLogSettings.Format).not.toMatch(/authorization|body/i);
  });

  it('takes browsers from named origins, and from none in prod unless told', () => {
    pipeline.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.objectLike({ AllowOrigins: ['http://localhost:3000'] }),
    });
    prod.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
  });

  it('bounds how many environments ingest may open connections from', () => {
    expect(functionOf(pipeline, 'ingest').ReservedConcurrentExecutions).toBe(20);
    expect(functionOf(prod, 'ingest').ReservedConcurrentExecutions).toBe(50);
  });
});

describe('who charges', () => {
  const provider = { stage: 'prod', egress: 'nat', payments: 'https://pay.example/v1', 'payments-secret': 'shop/pay' };
  const variables = (template: typeof prod) => functionOf(template, 'billing').Environment.Variables;

  it('is the stand-in in dev, with its declined users', () => {
    expect(variables(pipeline)).toMatchObject({ PAYMENT_PROVIDER: 'stand-in', PAYMENT_DECLINES: 'declan,dora' });
  });

  it('declines nobody by name in prod, where the stand-in was asked for', () => {
    expect(variables(prod)).toMatchObject({ PAYMENT_PROVIDER: 'stand-in', PAYMENT_DECLINES: 'none' });
  });

  it('is the provider that is named, whose secret billing alone may read, from subnets with a way out', () => {
    const template = pipelineTemplate(provider);
    expect(variables(template)).toMatchObject({
      PAYMENT_PROVIDER: 'https://pay.example/v1',
      PAYMENT_SECRET: 'shop/pay',
    });
    expect(names.filter((name) => actionsOn(template, name, /secret:shop\/pay/).length > 0)).toEqual(['billing']);
    const subnets = (name: string) => JSON.stringify(functionOf(template, name).VpcConfig);
    expect(subnets('billing')).toMatch(/Outbound/);
    for (const name of names.filter((other) => other !== 'billing'))
      expect(subnets(name) ?? '').not.toMatch(/Outbound/);
  });

  it('cannot be a provider that its network has no way to', () => {
    expect(() => pipelineTemplate({ ...provider, egress: 'none' })).toThrow('-c egress=nat');
  });
});

describe('the outputs', () => {
  it('have names that a script can rely on', () => {
    expect(
      Object.keys(pipeline.findOutputs('*'))
        .filter((name) => !name.startsWith('Export'))
        .sort(),
    ).toEqual(['BootstrapBrokers', 'PoolId', 'ProgramsClientId', 'TokenEndpoint', 'Url']);
  });

  it('give an address that a path can follow', () => {
    expect(JSON.stringify(pipeline.findOutputs('Url'))).not.toMatch(/\/"\]/);
  });
});

describe('tokens', () => {
  it('come from a user pool of the app’s own; only programs may act for others and run the shop', () => {
    const clients = resourcesOf(pipeline, 'AWS::Cognito::UserPoolClient');
    const scopes = (name: string) => JSON.stringify(clients.get(name)?.Properties.AllowedOAuthScopes);
    expect(scopes('Programs')).toContain(ACT_FOR_OTHERS.split('/')[1]);
    expect(scopes('People')).toContain('write');
    expect(scopes('People')).not.toContain(ACT_FOR_OTHERS.split('/')[1]);
    expect(scopes('Programs')).toContain(OPERATE.split('/')[1]);
    expect(scopes('People')).not.toContain(OPERATE.split('/')[1]);
    expect(clients.get('People')?.Properties.AllowedOAuthFlows).toEqual(['code']);
    pipeline.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'ON',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
  });

  it('come from the issuer that is given instead, and then there is no pool', () => {
    const own = pipelineTemplate({ issuer: 'https://id.example/', audience: 'orders-api' });
    own.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: 'https://id.example/', Audience: ['orders-api'] },
    });
    own.resourceCountIs('AWS::Cognito::UserPool', 0);
  });
});

it('asks for the brokers beside those who use the answer, so that a larger cluster is no export in use', () => {
  pipeline.hasResourceProperties('Custom::MskBootstrapBrokers', { ClusterArn: Match.anyValue(), Brokers: 2 });
  const { Variables } = functionOf(pipeline, 'ingest').Environment;
  expect(Variables.KAFKA_BROKERS).toEqual({
    'Fn::GetAtt': [expect.any(String), 'BootstrapBrokerStringSaslIam'],
  });
  expect(Variables.KAFKA_AUTH).toBe('iam');
});

describe('every mapping of the app', () => {
  it('begins at the oldest record, in provisioned mode, with pollers shared', () => {
    pipeline.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 6, PollerGroupName: 'orderflow-dev' },
    });
  });

  it('tries for ever, record by record in the end, and gives up on nothing', () => {
    for (const { Properties } of resourcesOf(pipeline, 'AWS::Lambda::EventSourceMapping').values()) {
      expect(Properties).toMatchObject({
        MaximumRetryAttempts: -1,
        MaximumRecordAgeInSeconds: -1,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MetricsConfig: { Metrics: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
      });
      expect(Properties).not.toHaveProperty('DestinationConfig');
    }
  });

  it('has a consumer group that no other has', () => {
    const groups = Object.values(pipeline.findResources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties.AmazonManagedKafkaEventSourceConfig.ConsumerGroupId,
    );
    expect(new Set(groups).size).toBe(groups.length);
    expect(groups).toContain('order-tracker');
  });
});
