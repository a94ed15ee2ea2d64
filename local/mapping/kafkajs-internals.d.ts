/** The parts of kafkajs that kafkajs-fetch.ts replaces, or leaves its work to; kafkajs types its public face only. */
declare module 'kafkajs/src/protocol/decoder' {
  class Decoder {
    constructor(bytes: Buffer);
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readString(): string;
    readBytes(): Buffer | null;
    readArray<T>(read: (decoder: Decoder) => T): T[];
    readArrayAsync<T>(read: (decoder: Decoder) => Promise<T>): Promise<T[]>;
  }
  export = Decoder;
}

declare module 'kafkajs/src/protocol/messageSet/decoder' {
  import type Decoder from 'kafkajs/src/protocol/decoder';

  function decodeMessageSet(decoder: Decoder, size: number): Promise<object[]>;
  export = decodeMessageSet;
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/crc32C' {
  function crc32C(bytes: Buffer): number;
  export = crc32C;
}

declare module 'kafkajs/src/protocol/requests' {
  interface FetchOptions {
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
    }[];
  }
  interface Exchange {
    readonly response: { decode(bytes: Buffer): Promise<object> };
  }
  export const requests: {
    readonly Fetch: { protocol: (wanted: { version: number }) => (options: FetchOptions) => Exchange };
  };
}
