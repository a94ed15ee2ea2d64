import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';

/** What API Gateway's JWT authorizer found in the token; claims are text, a list is written `[a b]`. */
export interface JwtAuthorizer {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly scopes?: readonly string[] | null;
}

/** An HTTP API event, payload format 2.0; the authorizer's part is there on guarded routes only. */
export type ApiEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: { readonly jwt?: JwtAuthorizer } }
>;
