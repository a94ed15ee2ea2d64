import { prefixer, readable } from '../../../bin/output/function-lines';

test('of a structured line the message is shown', () => {
  expect(readable('{"level":"INFO","message":"Message received: burger 5 from john","timestamp":"t"}')).toBe(
    'Message received: burger 5 from john',
  );
});

test('a warning says that it is one, and an error why', () => {
  expect(readable('{"level":"WARN","message":"slow"}')).toBe('WARN slow');
  expect(
    readable('{"level":"ERROR","message":"failed","error":{"name":"TypeError","message":"x is not a function"}}'),
  ).toBe('ERROR failed (TypeError: x is not a function)');
});

test.each(['plain text', '{"broken', '{"no":"message"}', '[1]', ''])('%p is shown as it is', (line) => {
  expect(readable(line)).toBe(line);
});

test('metrics in their embedded format are not shown', () => {
  expect(readable('{"_aws":{"Timestamp":1},"orders":1}')).toBeUndefined();
});

test('names stand in a column', () => {
  const prefix = prefixer([String]);
  expect(prefix('tracker', 'a')).toBe('tracker │ a');
  expect(prefix('risk', 'b')).toBe('risk    │ b');
});
