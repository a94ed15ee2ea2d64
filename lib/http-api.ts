import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Route } from '../lambdas/api/routes';
import { type Alarms, PERIOD } from './alarms';
import type { DataKey } from './data-key';

export interface OrderApiProps {
  readonly routes: readonly Route[];
  readonly functions: Readonly<Record<Route['function'], IFunction>>;
  /** Whose tokens are taken. */
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Web pages that may call from a browser; none: no CORS at all. */
  readonly origins: readonly string[];
  readonly dataKey: DataKey;
  readonly alarms: Alarms;
}

/** Requests a second over all callers, and how many at once: past it the gateway answers 429. */
const THROTTLE = { rateLimit: 500, burstLimit: 250 };

/**
 * The HTTP API: the route table's routes, each with its function, its scope, and a limit on how often it may be called.
 * What never reaches a function (401, 403, 404, 413, 429, 503) is answered by the gateway in AWS's own shape.
 */
export class OrderApi extends Construct {
  constructor(scope: Construct, id: string, props: OrderApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      description: 'Orders',
      createDefaultStage: false,
      ...(props.origins.length > 0 && {
        corsPreflight: {
          allowOrigins: [...props.origins],
          allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH],
          allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
          exposeHeaders: ['location', 'retry-after'],
          maxAge: Duration.hours(1),
        },
      }),
    });
    const authorizer = new HttpJwtAuthorizer('Tokens', props.issuer, { jwtAudience: [...props.audience] });
    const integrations = new Map(
      Object.entries(props.functions).map(([name, fn]) => [name, new HttpLambdaIntegration(name, fn)]),
    );
    for (const route of props.routes) {
      const integration = integrations.get(route.function);
      if (!integration)
        throw new Error(`${route.method} ${route.path} names no function of the API: ${route.function}`);
      const made = api.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration,
        ...(route.scope && { authorizer, authorizationScopes: [route.scope] }),
      });
      if (!route.scope) {
        for (const open of made) {
          Validations.of(open).acknowledge({
            id: 'AwsSolutions::AwsSolutions-APIG4',
            reason: `Open on purpose: ${route.summary}`,
          });
        }
      }
    }

    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(props.dataKey.logGroup(this, 'AccessLogs')),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    props.alarms.above('api-errors', stage.metricServerError({ statistic: Stats.SUM, period: PERIOD }), {
      threshold: 5,
      minutes: 3,
      means: 'The API answers with 5xx',
      runbook: 'the-api-fails',
    });
    // Of this route alone: others wait for an order's status when they are asked to.
    const slow = stage.metricLatency({
      statistic: Stats.percentile(99),
      period: PERIOD,
      dimensionsMap: { ApiId: api.apiId, Stage: stage.stageName, Method: 'POST', Resource: '/orders' },
    });
    props.alarms.above('api-slow', slow, {
      threshold: 3_000,
      minutes: 5,
      means: 'One order in a hundred waits more than three seconds for its acknowledgement',
      runbook: 'the-api-fails',
    });
    // Without a slash at its end, so that a path can follow.
    new CfnOutput(this, 'Url', { value: api.apiEndpoint }).overrideLogicalId('Url');
  }
}

/** Who asked what and what came of it; neither bodies nor tokens. */
const ACCESS_LOG = JSON.stringify({
  request: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  subject: '$context.authorizer.claims.sub',
  latency: '$context.responseLatency',
  integration_latency: '$context.integrationLatency',
  length: '$context.responseLength',
  error: '$context.error.message',
  authorizer_error: '$context.authorizer.error',
  integration_error: '$context.integrationErrorMessage',
});
