import BrokerPool from 'kafkajs/src/cluster/brokerPool';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import SocketRequest from 'kafkajs/src/network/requestQueue/socketRequest';
import Encoder from 'kafkajs/src/protocol/encoder';
import { NO_VALUE } from './kafka-headers';
import { monotonicMs, timerMs } from './time';

let isMended = false;

/** What is wrong with kafkajs 2.2.4, whose last release is of 2023, mended for the runner and the functions alike. */
export function mendKafkaJs(): void {
  if (isMended) return;
  isMended = true;
  mendRequestQueue();
  mendHeartbeat();
  mendMetadataAge();
  mendHeaders();
}

/** A check of the requests that wait, when no throttling says how long. */
const CHECK_MS = 10;
const TIMEOUT_CHECK_MS = 100;

/**
 * kafkajs reckons by wall time. Set back, requests without an answer would wait for as long as the step was, and those of a
 * throttled connection too; set forward, every request on its way would time out.
 *
 * It also asks for a timer of negative length after every answer, which Node makes a millisecond: a loop of hundreds of
 * wake-ups a second for each connection, idle or not (https://github.com/tulios/kafkajs/issues/1751). A check is needed only
 * while requests wait.
 */
function mendRequestQueue(): void {
  const sentAt = new WeakMap<SocketRequest, number>();
  const send = SocketRequest.prototype.send;
  SocketRequest.prototype.send = function (this: SocketRequest) {
    sentAt.set(this, monotonicMs());
    send.call(this);
  };

  const queue = RequestQueue.prototype;
  queue.scheduleRequestTimeoutCheck = function (this: RequestQueue) {
    if (!this.enforceRequestTimeout) return;
    this.destroy();
    this.requestTimeoutIntervalId = setInterval(
      () => {
        const now = monotonicMs();
        for (const request of [...this.inflight.values()]) {
          if (now - (sentAt.get(request) ?? now) > request.requestTimeout) request.timeoutRequest();
        }
        if (!this.isConnected()) this.destroy();
      },
      Math.min(timerMs(this.requestTimeout), TIMEOUT_CHECK_MS),
    );
  };
  queue.maybeThrottle = function (this: RequestQueue, throttleTimeMs: number | null) {
    if (throttleTimeMs !== null && throttleTimeMs > 0) {
      this.throttledUntil = Math.max(this.throttledUntil, monotonicMs() + throttleTimeMs);
    }
  };
  queue.canSendSocketRequestImmediately = function (this: RequestQueue) {
    const hasRoom = this.maxInFlightRequests === null || this.inflight.size < this.maxInFlightRequests;
    return hasRoom && this.throttledUntil <= monotonicMs();
  };
  queue.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - monotonicMs();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? timerMs(throttledMs) : CHECK_MS,
    );
  };
}

/** By wall time a member whose clock is set back sends no heartbeat for as long as the step was, and is put out of its group. */
function mendHeartbeat(): void {
  const lastBeat = new WeakMap<ConsumerGroup, number>();
  const heartbeat = ConsumerGroup.prototype.heartbeat;
  ConsumerGroup.prototype.heartbeat = async function (this: ConsumerGroup, options: { readonly interval: number }) {
    const now = monotonicMs();
    if (now < (lastBeat.get(this) ?? Number.NEGATIVE_INFINITY) + options.interval) return;
    this.lastRequest = Number.NEGATIVE_INFINITY;
    await heartbeat.call(this, options);
    lastBeat.set(this, monotonicMs());
  };
}

/** By wall time a broker that left, or a partition that joined, would not be noticed for as long as the step was. */
function mendMetadataAge(): void {
  const expiresAt = new WeakMap<BrokerPool, number>();
  const { refreshMetadata, refreshMetadataIfNecessary } = BrokerPool.prototype;
  BrokerPool.prototype.refreshMetadata = async function (this: BrokerPool, topics: readonly string[]) {
    await refreshMetadata.call(this, topics);
    expiresAt.set(this, monotonicMs() + this.metadataMaxAge);
  };
  BrokerPool.prototype.refreshMetadataIfNecessary = function (this: BrokerPool, topics: readonly string[]) {
    const isFresh = monotonicMs() < (expiresAt.get(this) ?? Number.NEGATIVE_INFINITY);
    this.metadataExpireAt = isFresh ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    return refreshMetadataIfNecessary.call(this, topics);
  };
}

/** What kafkajs cannot write is a header without a value. */
function mendHeaders(): void {
  const { writeVarIntBytes } = Encoder.prototype;
  Encoder.prototype.writeVarIntBytes = function (this: Encoder, value) {
    // As long as what kafkajs measured: one byte either way.
    return writeVarIntBytes.call(this, value === NO_VALUE ? null : value);
  };
}
