import { downloadedBytes, pomOf } from '../../../local/engines/maven';

test('counts the bytes that a line of Maven says were downloaded', () => {
  const line = (size: string) => `Downloaded from central: https://repo/a.jar (${size} at 3.1 MB/s)`;
  expect(downloadedBytes(line('812 B'))).toBe(812);
  expect(downloadedBytes(line('5.9 kB'))).toBe(5_900);
  expect(downloadedBytes(`[INFO] ${line('1.2 MB')}`)).toBe(1_200_000);
});

test('counts nothing for a line that tells of something else', () => {
  expect(downloadedBytes('Downloading from central: https://repo/a.jar')).toBe(0);
  expect(downloadedBytes('[INFO] Copying a.jar to /tmp (1.2 MB at once)')).toBe(0);
});

test('a project names every artifact of the engine', () => {
  const pom = pomOf({ name: 'x', version: '1', artifacts: ['g:a:1', 'g:b:2'], bytes: 1, archivable: true });
  expect(pom).toContain('<groupId>g</groupId><artifactId>a</artifactId><version>1</version>');
  expect(pom).toContain('<groupId>g</groupId><artifactId>b</artifactId><version>2</version>');
});
