import type { FunctionModel, HttpApiModel, JwtAuthorizerModel, RouteModel } from '../model';
import { UnresolvedError } from './assembly-error';
import { findFunction } from './functions';
import { booleanOf, numberOf, recordOf, requiredText, textOf, textsOf } from './properties';
import type { Reading, ResourceView } from './reading';

const API = 'AWS::ApiGatewayV2::Api';
const DEFAULT_STAGE = '$default';
/** An HTTP API's integration times out after 30 s at most, and without a setting. */
const DEFAULT_TIMEOUT_MS = 30_000;

const refuse = (message: string): never => {
  throw new UnresolvedError(message);
};

/** `GET /orders/{id}`, `ANY /files/{proxy+}` or `$default`. */
const parseRouteKey = (key: string): Pick<RouteModel, 'method' | 'path'> => {
  if (key === '$default') return { method: 'ANY', path: key };
  const [method = '', path = ''] = key.split(' ');
  return /^[A-Z]+$/.test(method) && path.startsWith('/')
    ? { method, path }
    : refuse(`route key ${key} is not a method and a path`);
};

const functionOf = (functions: readonly FunctionModel[], uri: string): FunctionModel =>
  findFunction(functions, uri) ?? refuse(`its function ${uri} is not one that is run here`);

const integrationOf = (integration: ResourceView, functions: readonly FunctionModel[]) => {
  const type = textOf(integration.get('IntegrationType'));
  const subtype = textOf(integration.get('IntegrationSubtype'));
  if (type !== 'AWS_PROXY' || subtype !== undefined)
    refuse(`integration ${subtype ?? type} is not run offline, only Lambda's`);
  return {
    functionArn: functionOf(functions, requiredText(integration.get('IntegrationUri'), 'IntegrationUri')).arn,
    payloadFormat: textOf(integration.get('PayloadFormatVersion')) === '2.0' ? ('2.0' as const) : ('1.0' as const),
    timeoutMs: numberOf(integration.get('TimeoutInMillis'), 'TimeoutInMillis') ?? DEFAULT_TIMEOUT_MS,
  };
};

const jwtOf = (authorizer: ResourceView): JwtAuthorizerModel => {
  const { Issuer, Audience } = recordOf(authorizer.get('JwtConfiguration'));
  return { issuer: requiredText(Issuer, 'Issuer'), audience: textsOf(Audience) };
};

const readAuthorizer = (reading: Reading, route: ResourceView): JwtAuthorizerModel | undefined => {
  const type = textOf(route.get('AuthorizationType')) ?? 'NONE';
  if (type === 'NONE') return undefined;
  const id = textOf(route.get('AuthorizerId'));
  const authorizer = reading.resources('AWS::ApiGatewayV2::Authorizer').find((candidate) => candidate.ref() === id);
  if (type === 'JWT' && authorizer !== undefined) return jwtOf(authorizer);
  reading.notice(route.origin, route.type, `authorization ${type} is not checked offline: the route is open`);
  return undefined;
};

const readRoute = (reading: Reading, route: ResourceView, functions: readonly FunctionModel[]): RouteModel => {
  const key = requiredText(route.get('RouteKey'), 'RouteKey');
  const target = requiredText(route.get('Target'), 'Target').replace(/^integrations\//, '');
  const integration = reading
    .resources('AWS::ApiGatewayV2::Integration')
    .find((candidate) => candidate.ref() === target);
  if (integration === undefined) return refuse(`its integration ${target} is not part of this app`);
  const authorizer = readAuthorizer(reading, route);
  return {
    ...parseRouteKey(key),
    ...integrationOf(integration, functions),
    ...(authorizer === undefined ? {} : { authorizer }),
    scopes: textsOf(route.get('AuthorizationScopes')),
  };
};

/** Quick create: one route to the target that the API itself names. */
const quickRoute = (api: ResourceView, functions: readonly FunctionModel[]): RouteModel[] => {
  const target = textOf(api.get('Target'));
  if (target === undefined) return [];
  const key = textOf(api.get('RouteKey')) ?? '$default';
  const { arn: functionArn } = functionOf(functions, target);
  return [{ ...parseRouteKey(key), functionArn, payloadFormat: '2.0', timeoutMs: DEFAULT_TIMEOUT_MS, scopes: [] }];
};

const corsOf = (api: ResourceView): Pick<HttpApiModel, 'cors'> => {
  const configuration = api.get('CorsConfiguration');
  if (configuration === undefined) return {};
  const cors = recordOf(configuration);
  const maxAgeSeconds = numberOf(cors.MaxAge, 'MaxAge');
  return {
    cors: {
      allowOrigins: textsOf(cors.AllowOrigins),
      allowMethods: textsOf(cors.AllowMethods),
      allowHeaders: textsOf(cors.AllowHeaders),
      exposeHeaders: textsOf(cors.ExposeHeaders),
      allowCredentials: booleanOf(cors.AllowCredentials) ?? false,
      ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    },
  };
};

const stageOf = (reading: Reading, api: ResourceView, id: string, isQuick: boolean): string => {
  const stages = reading
    .resources('AWS::ApiGatewayV2::Stage')
    .filter((stage) => stage.get('ApiId') === id)
    .map((stage) => stage.ref());
  const [first] = stages;
  if (stages.includes(DEFAULT_STAGE) || isQuick) return DEFAULT_STAGE;
  if (first === undefined) {
    reading.notice(api.origin, API, 'has no stage, and answers nothing in the cloud; offline it is served at the root');
    return DEFAULT_STAGE;
  }
  if (stages.length > 1)
    reading.notice(api.origin, API, `has stages ${stages.join(', ')}; only ${first} is served offline`);
  return first;
};

const readApi = (reading: Reading, api: ResourceView, functions: readonly FunctionModel[]): HttpApiModel => {
  const id = api.ref();
  const quick = quickRoute(api, functions);
  const routes = reading
    .resources('AWS::ApiGatewayV2::Route')
    .filter((route) => route.get('ApiId') === id)
    .flatMap((route) => {
      const model = reading.attempt(route, 'route not served', () => readRoute(reading, route, functions));
      return model === undefined ? [] : [model];
    });
  return {
    origin: api.origin,
    id,
    name: textOf(api.get('Name')) ?? api.logicalId,
    routes: [...quick, ...routes],
    stage: stageOf(reading, api, id, quick.length > 0),
    ...corsOf(api),
  };
};

/** The HTTP APIs; WebSocket APIs and APIs that are imported from an OpenAPI document leave a notice. */
export const readHttpApis = (reading: Reading, functions: readonly FunctionModel[]): HttpApiModel[] =>
  reading.resources(API).flatMap((api) => {
    if (api.raw('ProtocolType') === 'WEBSOCKET') {
      reading.notice(api.origin, API, 'is a WebSocket API, which is not served offline');
      return [];
    }
    if (api.raw('Body') !== undefined || api.raw('BodyS3Location') !== undefined) {
      reading.notice(api.origin, API, 'takes its routes from an OpenAPI document, which is not read offline');
    }
    const model = reading.attempt(api, 'not served', () => readApi(reading, api, functions));
    return model === undefined ? [] : [model];
  });
