import { dynamodbLocalJars, type EngineJars, kafkaJars } from './catalogue';
import { startDynamodb } from './dynamodb/start';
import { startDynamodbLocal } from './dynamodb-local';
import { startDynoxide } from './dynoxide';
import type { EngineOptions, Starter, Starters } from './engine-options';
import type { EngineProcess } from './engine-process';
import { ensureJars } from './jar-cache';
import { findJava, type Java } from './java';
import type { EngineBase } from './jvm-engine';
import { startKafka } from './kafka';
import { assertPortFree } from './ports';
import { startS3 } from './s3/start';

const TERMS =
  "DynamoDB Local is not open source: fetching and running it is under Amazon's own licence, https://aws.amazon.com/dynamodblocallicense/";

/** Engines as processes. Java is asked for by those only that run on it, and jars are fetched for those only that start. */
export function processStarters(options: EngineOptions): Starters {
  const { state, ports, compile, onDownload, dynamodbEngine, log } = options;
  let java: Promise<Java> | undefined;
  const findJavaOnce = () => {
    java ??= findJava();
    return java;
  };
  const onJava = async (jars: EngineJars, name: 'kafka' | 'dynamodb'): Promise<EngineBase> => {
    const told = (received: number) => onDownload(jars.name, Math.min(received, jars.bytes), jars.bytes);
    const [fetched, found] = await Promise.all([ensureJars(jars, told), findJavaOnce()]);
    return { jars: fetched, java: found, folders: state.folders(name), compile };
  };
  /** What was prepared once stays; later its port is its own. */
  const starter = <Base>(
    name: 'kafka' | 'dynamodb',
    prepare: () => Promise<Base> | Base,
    run: (base: Base, cut: AbortSignal) => Promise<EngineProcess>,
  ): Starter => {
    let prepared: { readonly base: Base } | undefined;
    return async (cut) => {
      if (prepared === undefined) {
        const free = assertPortFree(ports[name], name, `--${name}-port`);
        const [base] = await Promise.all([prepare(), free]);
        prepared = { base };
      }
      return run(prepared.base, cut);
    };
  };
  const { kafkaContainers } = ports;
  const port = ports.dynamodb;
  const folders = state.folders('dynamodb');
  const dynamodb = {
    embedded: starter(
      'dynamodb',
      () => undefined,
      (_, cut) => startDynamodb({ folders, port, cut }),
    ),
    dynoxide: starter(
      'dynamodb',
      () => undefined,
      (_, cut) => startDynoxide({ folders, port, cut }),
    ),
    'dynamodb-local': starter(
      'dynamodb',
      () => {
        log(TERMS);
        return onJava(dynamodbLocalJars, 'dynamodb');
      },
      (base, cut) => startDynamodbLocal({ ...base, port, cut }),
    ),
  };
  return {
    kafka: starter(
      'kafka',
      () => onJava(kafkaJars, 'kafka'),
      (base, cut) =>
        startKafka({ ...base, port: ports.kafka, cut, ...(kafkaContainers && { containerPort: kafkaContainers }) }),
    ),
    dynamodb: dynamodb[dynamodbEngine],
    s3: (cut) => startS3({ folders: state.folders('s3'), port: ports.s3, cut }),
  };
}
