import { javaVersion } from '../../../local/engines/java';

test.each([
  [
    'openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)',
    17,
    '17.0.15+6-Debian-1deb12u1',
  ],
  ['openjdk version "21" 2023-09-19\nOpenJDK Runtime Environment (build 21+35-2513)', 21, '21+35-2513'],
  ['java version "1.8.0_392"\nJava(TM) SE Runtime Environment (build 1.8.0_392-b08)', 8, '1.8.0_392-b08'],
  ['openjdk version "25-ea" 2025-09-16', 25, '25-ea'],
])('reads the version that Java tells (%#)', (text, major, build) => {
  expect(javaVersion(text)).toEqual({ major, build });
});

test('what is no Java counts as too old', () => {
  expect(javaVersion('command not found').major).toBe(0);
});
