import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is passed on in pieces, so that a function cannot fill the runner's memory. */
const MAX_LINE = 1_000_000;

/** Cuts a stream of bytes into lines; characters and lines may span chunks. */
export function lineSplitter(onLine: (line: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rest.length > MAX_LINE) flush();
  };
  const flush = () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      flush();
    },
  };
}
