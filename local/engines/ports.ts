import { connect, createServer } from 'node:net';
import { EngineError } from './engine-error';

/** @throws EngineError `port_in_use`, naming the option that takes another one. */
export async function assertPortFree(port: number, what: string, option: string): Promise<void> {
  if ((await canListen(port)) && !(await answers('::1', port))) return;
  throw new EngineError(
    'port_in_use',
    `Port ${port}, which ${what} needs, is in use: end what listens there (lsof -i :${port}), or choose another with ${option}`,
  );
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });

/** `localhost` may mean ::1 first, where somebody else's server would take what is meant for ours. */
const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const settle = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket
      .once('connect', () => settle(true))
      .once('error', () => settle(false))
      .once('timeout', () => settle(false));
  });

/** A port of loopback that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
