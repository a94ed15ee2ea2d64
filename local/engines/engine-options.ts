import type { StateFolder } from '../state';
import type { EngineName } from './dependence';
import type { DynamodbEngine } from './dynamodb-engine';
import type { EngineProcess } from './engine-process';
import type { Compile } from './jvm-engine';

export interface EngineOptions {
  readonly state: StateFolder;
  /** How Kafka runs. `auto`: in Docker when it answers, else on the JVM; what the state folder began with, stays. */
  readonly kind: 'auto' | 'jvm' | 'docker';
  readonly dynamodbEngine: DynamodbEngine;
  /** Engines that run already: nothing is started for these. `host:port,…` and URLs. */
  readonly given: { readonly kafka?: string; readonly dynamodb?: string; readonly s3?: string };
  readonly ports: EnginePorts;
  /** Which the system uses; S3 comes by `keepS3`. */
  readonly needs: { readonly kafka: boolean; readonly dynamodb: boolean };
  readonly compile: Compile;
  /** One line for people. */
  readonly log: (line: string) => void;
  /** Bytes of about `total` while an engine's jars are fetched. */
  readonly onDownload: (engine: string, received: number, total: number) => void;
}

export interface EnginePorts {
  readonly kafka: number;
  readonly kafkaContainers?: number;
  readonly dynamodb: number;
  readonly s3: number;
}

/** Starts an engine on its state, each time anew; resolves when it answers, rejects when it does not, or is cut before that. */
export type Starter = (cut: AbortSignal) => Promise<EngineProcess>;
export type Starters = Readonly<Record<EngineName, Starter>>;
