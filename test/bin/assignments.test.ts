import { readNumber, readValues, readVariables } from '../../bin/assignments';

test('a variable is for all functions, or for the one named before the dot', () => {
  expect(readVariables(['A=1', 'tracker.A=2', 'tracker.B=x=y'])).toEqual({
    '*': { A: '1' },
    tracker: { A: '2', B: 'x=y' },
  });
});

test('a value may be empty, a name may not', () => {
  expect(readVariables(['A='])).toEqual({ '*': { A: '' } });
  expect(() => readVariables(['=1'])).toThrow('--env =1 has no value: write --env NAME=value');
});

test('a key of a value has dots of its own', () => {
  expect(readValues(['Stack.Secret.Arn=arn:x'])).toEqual({ 'Stack.Secret.Arn': 'arn:x' });
});

test.each(['0', '70000', '1.5', '-1', '', 'x', '1e3'])('%p is no port', (text) => {
  expect(() => readNumber('--port', text, 1, 65_535)).toThrow('is not a whole number from 1 to 65535');
});
