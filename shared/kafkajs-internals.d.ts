/** The parts of kafkajs that kafkajs-mends.ts mends; kafkajs types its public face only. */
declare module 'kafkajs/src/network/requestQueue' {
  import type SocketRequest from 'kafkajs/src/network/requestQueue/socketRequest';

  class RequestQueue {
    readonly inflight: ReadonlyMap<number, SocketRequest>;
    readonly pending: readonly unknown[];
    readonly maxInFlightRequests: number | null;
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    requestTimeoutIntervalId?: NodeJS.Timeout;
    isConnected(): boolean;
    destroy(): void;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
    scheduleRequestTimeoutCheck(): void;
    maybeThrottle(throttleTimeMs: number | null): void;
    canSendSocketRequestImmediately(): boolean;
  }
  export = RequestQueue;
}

declare module 'kafkajs/src/network/requestQueue/socketRequest' {
  class SocketRequest {
    readonly requestTimeout: number;
    send(): void;
    timeoutRequest(): void;
  }
  export = SocketRequest;
}

declare module 'kafkajs/src/consumer/consumerGroup' {
  class ConsumerGroup {
    readonly groupId: string;
    lastRequest: number;
    recoverFromOffsetOutOfRange(error: Error): Promise<void>;
    heartbeat(options: { readonly interval: number }): Promise<void>;
  }
  export = ConsumerGroup;
}

declare module 'kafkajs/src/cluster/brokerPool' {
  class BrokerPool {
    readonly metadataMaxAge: number;
    metadataExpireAt: number | null;
    refreshMetadata(topics: readonly string[]): Promise<void>;
    refreshMetadataIfNecessary(topics: readonly string[]): Promise<void>;
  }
  export = BrokerPool;
}

declare module 'kafkajs/src/protocol/encoder' {
  class Encoder {
    readonly buffer: Buffer;
    writeVarIntBytes(value: Buffer | string | null): this;
  }
  export = Encoder;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0' {
  import type Encoder from 'kafkajs/src/protocol/encoder';

  function encodeRecord(record: { key: Buffer | null; value: Buffer | null; headers: object }): Encoder;
  export = encodeRecord;
}
