// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub.
import { aFunction, aSystem, messages } from './an-assembly';

const api = (properties: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Api',
  Properties: { Name: 'Shop', ProtocolType: 'HTTP', ...properties },
});
const route = (key: string, properties: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    RouteKey: key,
    Target: { 'Fn::Sub': 'integrations/${Integration}' },
    ...properties,
  },
});
const integration = (uri: unknown, properties: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId: { Ref: 'Api' },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: uri,
    PayloadFormatVersion: '2.0',
    ...properties,
  },
});
const stage = (name: string) => ({
  Type: 'AWS::ApiGatewayV2::Stage',
  Properties: { ApiId: { Ref: 'Api' }, StageName: name },
});
const arn = { 'Fn::GetAtt': ['Ingest', 'Arn'] };

const system = (resources: object) =>
  aSystem({
    Resources: {
      Ingest: aFunction(),
      Api: api(),
      Stage: stage('$default'),
      Integration: integration(arn),
      ...resources,
    },
  });

test.each([
  ['the ARN', arn],
  [
    'the invocation path',
    {
      'Fn::Join': [
        '',
        ['arn:aws:apigateway:', { Ref: 'AWS::Region' }, ':lambda:path/2015-03-31/functions/', arn, '/invocations'],
      ],
    },
  ],
  ['an alias', { Ref: 'Live' }],
])('an integration names its function by %s', (_, uri) => {
  const live = { Type: 'AWS::Lambda::Alias', Properties: { Name: 'live', FunctionName: { Ref: 'Ingest' } } };
  const { apis, functions } = system({ Live: live, Integration: integration(uri), Post: route('POST /orders') });
  expect(apis[0]?.routes).toEqual([
    {
      method: 'POST',
      path: '/orders',
      functionArn: functions[0]?.arn,
      payloadFormat: '2.0',
      timeoutMs: 30_000,
      scopes: [],
    },
  ]);
});

test('ANY and $default routes, format 1.0 and a timeout', () => {
  const { apis } = system({
    Integration: integration(arn, { PayloadFormatVersion: '1.0', TimeoutInMillis: 5000 }),
    Any: route('ANY /files/{proxy+}'),
    Default: route('$default'),
  });
  expect(
    apis[0]?.routes.map(({ method, path, payloadFormat, timeoutMs }) => [method, path, payloadFormat, timeoutMs]),
  ).toEqual([
    ['ANY', '/files/{proxy+}', '1.0', 5000],
    ['ANY', '$default', '1.0', 5000],
  ]);
});

test('a JWT authorizer comes with issuer, audience and scopes', () => {
  const authorizer = {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] }, Audience: ['a'] },
    },
  };
  const { apis } = system({
    Pool: { Type: 'AWS::Cognito::UserPool' },
    Authorizer: authorizer,
    Post: route('POST /orders', {
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: 'Authorizer' },
      AuthorizationScopes: ['orders/write'],
    }),
  });
  expect(apis[0]?.routes[0]).toMatchObject({
    authorizer: {
      issuer: expect.stringMatching(/^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_\w{9}$/),
      audience: ['a'],
    },
    scopes: ['orders/write'],
  });
});

test('quick create: one route to the target of the API itself', () => {
  const { apis, functions } = aSystem({ Resources: { Ingest: aFunction(), Api: api({ Target: arn }) } });
  expect(apis[0]).toMatchObject({
    stage: '$default',
    routes: [{ method: 'ANY', path: '$default', functionArn: functions[0]?.arn }],
  });
});

test('the default stage wins; a named one is served when it is the only one', () => {
  expect(system({ Stage: stage('prod'), Default: stage('$default') }).apis[0]?.stage).toBe('$default');
  expect(system({ Stage: stage('prod') }).apis[0]?.stage).toBe('prod');
});

test('several APIs answer on ports of their own, and their endpoints say so', () => {
  const second = {
    'Fn::Sub': '${Second.ApiEndpoint} https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/orders',
  };
  const { functions } = system({ Second: api(), Fn: aFunction({ Environment: { Variables: { URLS: second } } }) });
  expect(functions[1]?.environment).toEqual({ URLS: 'http://localhost:3001 http://localhost:3000/orders' });
});

test.each([
  ['a WebSocket API', { Socket: api({ ProtocolType: 'WEBSOCKET' }) }, /is a WebSocket API/],
  ['an OpenAPI document', { Api: api({ Body: {} }) }, /from an OpenAPI document/],
  [
    'another service',
    { Integration: integration('x', { IntegrationType: 'HTTP_PROXY' }), Get: route('GET /') },
    /integration HTTP_PROXY is not run/,
  ],
  [
    'an IAM route',
    { Get: route('GET /', { AuthorizationType: 'AWS_IAM' }) },
    /authorization AWS_IAM is not checked offline/,
  ],
  ['a route key that is none', { Get: route('orders') }, /route key orders is not a method and a path/],
])('%s is said', (_, resources, message) =>
  expect(messages(system(resources))).toContainEqual(expect.stringMatching(message)),
);

test('schedules and rules call functions by the clock', () => {
  const { schedules, functions } = system({
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(5 minutes)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        Target: { Arn: arn, Input: '{"report":true}' },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression: 'cron(0 1 * * ? *)', Targets: [{ Arn: arn, Id: '1' }] },
    },
    Off: {
      Type: 'AWS::Events::Rule',
      Properties: { State: 'DISABLED', ScheduleExpression: 'rate(1 day)', Targets: [{ Arn: arn }] },
    },
  });
  const functionArn = functions[0]?.arn;
  expect(schedules.map(({ origin, ...schedule }) => schedule)).toEqual([
    { expression: 'rate(5 minutes)', timezone: 'Europe/Berlin', functionArn, input: '{"report":true}' },
    { expression: 'cron(0 1 * * ? *)', functionArn },
  ]);
});
