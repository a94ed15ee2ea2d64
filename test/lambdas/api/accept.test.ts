import { prefers } from '../../../lambdas/api/accept';

it.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['Text/CSV; charset=utf-8', 'text/csv'],
  ['text/*', 'text/csv'],
  ['application/json, text/csv', 'application/json'],
  ['application/json;q=0.5, text/csv', 'text/csv'],
  ['text/csv;q=0.1, */*;q=0.2', 'application/json'],
  ['text/csv;q=0, */*', 'application/json'],
  ['image/png', 'application/json'],
])('prefers of Accept %j %s', (accept, type) => {
  expect(prefers(accept, ['application/json', 'text/csv'])).toBe(type);
});
