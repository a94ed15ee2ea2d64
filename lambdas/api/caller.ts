import type { ApiEvent } from './event';
import { ACT_FOR_OTHERS } from './routes';

/** Who asks, as the token says; absent where no authorizer guards the route. */
export interface Caller {
  readonly subject: string;
  readonly mayActForOthers: boolean;
}

export function callerOf(event: ApiEvent): Caller | undefined {
  const claims = event.requestContext.authorizer?.jwt?.claims;
  if (!claims) return undefined;
  return {
    subject: typeof claims.sub === 'string' ? claims.sub : '',
    mayActForOthers: [...words(claims.scope), ...words(claims.scp)].includes(ACT_FOR_OTHERS),
  };
}

/** Whether the caller may place and see the orders of this user. */
export function actsFor(caller: Caller | undefined, user: string): boolean {
  return !caller || caller.mayActForOthers || caller.subject === user;
}

/** A scope claim is one text of words, or a list, which the gateway writes as `[a b]`. */
function words(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[\s,]+/) : [];
}
