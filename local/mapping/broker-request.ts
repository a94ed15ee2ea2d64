import { connect } from 'node:net';

/** A broker that starts, on a machine that is busy, takes its time. */
const ANSWER_MS = 10_000;

/**
 * Asks a broker what kafkajs cannot: sends one request of Kafka's protocol in plain text, and reads its answer
 * (https://kafka.apache.org/protocol.html).
 *
 * @param broker `host:port`
 * @param request from its API key on
 * @returns the answer, from its correlation id on
 * @throws when the broker cannot be reached, ends the connection or does not answer within ten seconds
 */
export function askBroker(broker: string, request: Buffer): Promise<Buffer> {
  const colon = broker.lastIndexOf(':');
  const socket = connect({ host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) });
  const chunks: Buffer[] = [];
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${broker} does not answer`)), ANSWER_MS);
    socket.once('connect', () => socket.write(Buffer.concat([int32(request.length), request])));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length >= 4 && all.length >= 4 + all.readInt32BE(0)) resolve(all.subarray(4, 4 + all.readInt32BE(0)));
    });
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error(`${broker} closed the connection`));
    });
  }).finally(() => socket.destroy());
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** A string with its length before it, in two bytes. */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}
