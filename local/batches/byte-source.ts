import { setImmediate as turn } from 'node:timers/promises';

/** More was unpacked than anybody may ask for. */
export class UnpacksTooLargeError extends Error {
  readonly code = 'UNPACKS_TOO_LARGE';
  readonly retriable = false;
  constructor(most: number) {
    super(`it unpacks to more than ${most} bytes`);
  }
}

/** Unpacking rests after so many bytes, because it shares its thread with all that the runner does. */
const BYTES_A_TURN = 1 << 20;

/** Bytes that come piece by piece, of which no more is held than what is asked for. */
export class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  readonly #most: number;
  #unpacked = 0;
  #rested = 0;
  #ended = false;
  /** What is here; the first `at` bytes are taken. */
  bytes: Buffer = Buffer.alloc(0);
  at = 0;

  /** @param most bytes that the pieces may hold together */
  constructor(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, most: number) {
    this.#pieces = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
    this.#most = most;
  }

  get here(): number {
    return this.bytes.length - this.at;
  }

  /**
   * Waits until so many bytes are here.
   *
   * @returns false when the source ends before
   * @throws UnpacksTooLargeError
   */
  async has(count: number): Promise<boolean> {
    if (this.here >= count) return true;
    const held = [this.bytes.subarray(this.at)];
    let here = this.here;
    while (here < count && !this.#ended) {
      const piece = await this.#next();
      held.push(piece);
      here += piece.length;
    }
    this.bytes = Buffer.concat(held, here);
    this.at = 0;
    return here >= count;
  }

  /** Steps over bytes without holding them; @returns false when the source ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count - this.here;
    if (left <= 0) {
      this.at += count;
      return true;
    }
    while (left > 0 && !this.#ended) {
      const piece = await this.#next();
      this.bytes = piece;
      this.at = Math.min(left, piece.length);
      left -= piece.length;
    }
    return left <= 0;
  }

  /** Unpacks no more. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #next(): Promise<Buffer> {
    if (this.#unpacked - this.#rested >= BYTES_A_TURN) {
      this.#rested = this.#unpacked;
      await turn();
    }
    const { done, value } = await this.#pieces.next();
    if (done) {
      this.#ended = true;
      return Buffer.alloc(0);
    }
    this.#unpacked += value.length;
    if (this.#unpacked > this.#most) throw new UnpacksTooLargeError(this.#most);
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}
