import fc from 'fast-check';
import { createRouteTable } from '../../../local/gateway/route-table';
import { aRoute } from './an-api';

const match = (keys: readonly string[], method: string, path: string) => {
  const found = createRouteTable(keys.map((key) => aRoute(key))).match(method, path);
  return found && { key: found.routeKey, ...found.pathParameters };
};

// The table of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
const pets = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default'];

test.each([
  ['GET', '/pets/dog/1', { key: 'GET /pets/dog/1' }],
  ['GET', '/pets/dog/2', { key: 'GET /pets/dog/{id}', id: '2' }],
  ['GET', '/pets/cat/1', { key: 'GET /pets/{proxy+}', proxy: 'cat/1' }],
  ['POST', '/test/5', { key: 'ANY /{proxy+}', proxy: 'test/5' }],
  ['GET', '/', { key: '$default' }],
])('%s %s goes where AWS sends it', (method, path, expected) => expect(match(pets, method, path)).toEqual(expected));

test.each([
  [
    'a full match beats a greedy one, though its first segment is a variable',
    ['GET /a/{proxy+}', 'GET /{x}/b'],
    'GET /{x}/b',
  ],
  ['a literal beats a variable', ['GET /{x}/b', 'GET /a/{y}'], 'GET /a/{y}'],
  ['the method beats ANY', ['ANY /a/b', 'GET /a/b'], 'GET /a/b'],
  ['ANY takes what the method has no route for', ['POST /a/b', 'ANY /a/b'], 'ANY /a/b'],
  ['the longer greedy prefix wins', ['GET /{proxy+}', 'GET /a/{proxy+}'], 'GET /a/{proxy+}'],
])('%s', (_, keys, expected) => {
  expect(match(keys, 'GET', '/a/b')?.key).toBe(expected);
  expect(match([...keys].reverse(), 'GET', '/a/b')?.key).toBe(expected);
});

test('a variable takes exactly one segment that is not empty; a trailing slash makes another path', () => {
  for (const path of ['/orders', '/orders/', '/orders/1/', '/orders/1/2']) {
    expect(match(['GET /orders/{id}'], 'GET', path)).toBeUndefined();
  }
  expect(match(['GET /orders'], 'GET', '/orders/')).toBeUndefined();
});

test('HEAD and OPTIONS are methods like any other', () => {
  expect(match(['GET /orders'], 'HEAD', '/orders')).toBeUndefined();
  expect(match(['ANY /orders'], 'HEAD', '/orders')).toEqual({ key: 'ANY /orders' });
});

test('the order of the routes in the template never matters', () => {
  const segment = fc.constantFrom('a', 'b', '{x}');
  const path = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([segments, greedy]) => `/${[...segments, ...(greedy ? ['{rest+}'] : [])].join('/')}`);
  const key = fc.tuple(fc.constantFrom('GET', 'ANY'), path).map(([method, route]) => `${method} ${route}`);
  const asked = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 6 }), asked, (keys, target) => {
      expect(match([...keys].reverse(), 'GET', target)).toEqual(match(keys, 'GET', target));
    }),
  );
});

test('a route that matches gives back the path it was asked for', () => {
  const part = fc.stringMatching(/^[a-z0-9 é?%]{1,8}$/);
  fc.assert(
    fc.property(part, fc.array(part, { minLength: 1 }), (id, rest) => {
      const found = match(['GET /x/{id}/{rest+}'], 'GET', `/x/${id}/${rest.join('/')}`);
      expect(found).toEqual({ key: 'GET /x/{id}/{rest+}', id, rest: rest.join('/') });
    }),
  );
});
