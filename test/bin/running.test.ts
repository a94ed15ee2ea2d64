import { problemOf } from '../../bin/running';

const answer = (status: number, body: unknown) => ({ status, headers: new Headers(), body });

test('a problem document says its detail, and each fault once, without pointers', () => {
  const errors = [
    { pointer: '#/item', detail: 'is missing' },
    { pointer: '#/user', detail: 'is missing' },
  ];
  expect(problemOf(answer(400, { title: 'Invalid', detail: '#/item is missing', errors }))).toBe(
    'item is missing (user is missing)',
  );
});

test("the gateway's own answer says its message", () => {
  expect(problemOf(answer(404, { message: 'Not Found' }))).toBe('Not Found');
});

test('an answer that says nothing has its status', () => {
  expect(problemOf(answer(502, ''))).toBe('HTTP 502');
});
