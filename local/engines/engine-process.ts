/** A process that is an engine, whatever it is written in. */
export interface EngineProcess {
  readonly pid: number;
  /** Resolves with the exit code when the process has ended; 128 + n after signal n. */
  readonly exited: Promise<number>;
  /** Lets it end in order; resolves when it is gone. */
  stop(): Promise<void>;
  kill(): void;
  /** The log's last lines that say something, joined to one. */
  lastWords(): Promise<string>;
}
