import { createServer } from 'node:net';
import { assertPortFree, freePort } from '../../../local/engines/ports';
import { waitUntil } from '../../../local/engines/probes';

test('a port that somebody listens on is refused, with the option that takes another', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  await expect(assertPortFree(port, 'kafka', '--kafka-port')).rejects.toMatchObject({
    code: 'port_in_use',
    message: expect.stringMatching(new RegExp(`Port ${port}.*--kafka-port`)),
  });
  await new Promise((resolve) => server.close(resolve));
});

test('a free port is free', async () => {
  await expect(assertPortFree(await freePort(), 'kafka', '--kafka-port')).resolves.toBeUndefined();
});

test('waits until the answer is yes', async () => {
  const answers = [false, false, true];
  expect(await waitUntil(async () => answers.shift() ?? false, 60_000)).toBe(true);
  expect(answers).toEqual([]);
});

test('gives up when what it waits for has ended', async () => {
  expect(await waitUntil(async () => false, 60_000, Promise.resolve())).toBe(false);
});
