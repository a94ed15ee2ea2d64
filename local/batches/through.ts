import type { Transform } from 'node:stream';

/** What comes out of a stream for these bytes, as fast as it is asked for; who stops asking ends it. */
export async function* through(stream: Transform, input: Buffer): AsyncGenerator<Uint8Array> {
  stream.end(input);
  for await (const piece of stream) yield piece as Uint8Array;
}
