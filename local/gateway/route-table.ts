import type { RouteModel } from '../model';

export interface RouteMatch {
  readonly route: RouteModel;
  /** `GET /orders/{id}`, as the template writes it. */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: RouteModel;
  readonly routeKey: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable' | 'greedy'; readonly name: string };

const DEFAULT_ROUTE = '$default';
const rank = { literal: 0, variable: 1, greedy: 2 } as const;

const parseSegment = (text: string): Segment => {
  const [, name, plus] = /^\{([^+}]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus === '+' ? 'greedy' : 'variable', name };
};

const split = (path: string): string[] => path.slice(1).split('/');

const compile = (route: RouteModel): CompiledRoute => ({
  route,
  routeKey: route.path === DEFAULT_ROUTE ? DEFAULT_ROUTE : `${route.method} ${route.path}`,
  segments: route.path === DEFAULT_ROUTE ? [] : split(route.path).map(parseSegment),
});

const isGreedy = ({ segments }: CompiledRoute): boolean => segments.at(-1)?.kind === 'greedy';

/** Full matches before greedy ones, literals before variables, the method before ANY: the first that fits is the best. */
const bySpecificity = (a: CompiledRoute, b: CompiledRoute): number => {
  if (isGreedy(a) !== isGreedy(b)) return isGreedy(a) ? 1 : -1;
  for (let i = 0; i < Math.min(a.segments.length, b.segments.length); i++) {
    const difference = rank[a.segments[i]?.kind ?? 'literal'] - rank[b.segments[i]?.kind ?? 'literal'];
    if (difference !== 0) return difference;
  }
  return b.segments.length - a.segments.length || Number(a.route.method === 'ANY') - Number(b.route.method === 'ANY');
};

/** A variable takes one segment that is not empty; a greedy one takes all that is left. */
const bind = (segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined => {
  const parameters: Record<string, string> = Object.create(null);
  for (const [i, segment] of segments.entries()) {
    const part = parts[i];
    if (part === undefined) return undefined;
    if (segment.kind === 'greedy') {
      if (i === 0 && parts.length === 1 && part === '') return undefined;
      parameters[segment.name] = parts.slice(i).join('/');
      return parameters;
    }
    if (segment.kind === 'literal' ? segment.text !== part : part === '') return undefined;
    if (segment.kind === 'variable') parameters[segment.name] = part;
  }
  return segments.length === parts.length ? parameters : undefined;
};

/**
 * Chooses a route as an HTTP API does: full match, then a greedy variable, then `$default`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation).
 * Paths come decoded and without their stage; a trailing slash makes another path.
 */
export const createRouteTable = (routes: readonly RouteModel[]) => {
  const compiled = routes
    .filter(({ path }) => path !== DEFAULT_ROUTE)
    .map(compile)
    .sort(bySpecificity);
  const fallback = routes.filter(({ path }) => path === DEFAULT_ROUTE).map(compile)[0];
  return {
    match(method: string, path: string): RouteMatch | undefined {
      const parts = split(path);
      for (const { route, routeKey, segments } of compiled) {
        if (route.method !== method && route.method !== 'ANY') continue;
        const pathParameters = bind(segments, parts);
        if (pathParameters !== undefined) return { route, routeKey, pathParameters };
      }
      return fallback && { route: fallback.route, routeKey: fallback.routeKey, pathParameters: {} };
    },
  };
};
