import { connect } from 'node:net';
import { deadlineIn } from '../../shared/time';

export type Probe = () => Promise<boolean>;

/** ApiVersions, version 0, of a client without a name (https://kafka.apache.org/protocol#The_Messages_ApiVersions). */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/** Whether a Kafka broker answers a request, which it does later than it listens. */
export const kafkaProbe =
  (host: string, port: number): Probe =>
  () =>
    new Promise((resolve) => {
      const socket = connect({ host, port, timeout: 2_000 });
      const settle = (result: boolean) => {
        socket.destroy();
        resolve(result);
      };
      socket
        .once('connect', () => socket.write(API_VERSIONS))
        .once('data', () => settle(true))
        .once('error', () => settle(false))
        .once('close', () => settle(false))
        .once('timeout', () => settle(false));
    });

/** Whether anything answers HTTP there, be it with an error. */
export const httpProbe =
  (url: string): Probe =>
  () =>
    fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => {
        await response.body?.cancel();
        return true;
      },
      () => false,
    );

/** Asks until the answer is yes; false when the time is over or `given up` settles first. */
export async function waitUntil(probe: Probe, milliseconds: number, givenUp?: Promise<unknown>): Promise<boolean> {
  let stopped = false;
  void givenUp?.then(() => {
    stopped = true;
  });
  const deadline = deadlineIn(milliseconds);
  while (!stopped && !deadline.hasPassed()) {
    if (await probe()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
