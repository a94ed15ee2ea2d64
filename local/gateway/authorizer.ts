import type { RouteModel } from '../model';

/** What a function learns of a token, as `requestContext.authorizer.jwt`. */
export interface Claims {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

type Verdict =
  | { readonly allowed: true; readonly claims: Claims }
  /** 401: no token, or none that holds; 403: a good token without the scopes. */
  | { readonly allowed: false; readonly status: 401 | 403 };

/**
 * Judges the bearer token of a request to a route with a JWT authorizer. The gateway asks it only when it is given one;
 * without, every route is open.
 */
export type Authorize = (token: string | undefined, route: RouteModel) => Promise<Verdict>;

/** The identity source `$request.header.Authorization`; the scheme may be left out. */
export const bearerToken = (header: string | undefined): string | undefined =>
  header === undefined || header === '' ? undefined : header.replace(/^Bearer +/i, '');
