import type { StateFolder } from '../state';
import { type EngineJars, kafkaJars } from './catalogue';
import { startDynamodb } from './dynamodb/start';
import type { EngineOptions, Starter, Starters } from './engine-options';
import type { EngineProcess } from './engine-process';
import { ensureJars } from './jar-cache';
import { findJava, type Java } from './java';
import type { EngineBase } from './jvm-engine';
import { startKafka } from './kafka';
import { assertPortFree } from './ports';
import { startS3 } from './s3/start';

/** Engines as processes of Java; its first use asks for it, so that nothing does where all addresses are given. */
export function jvmStarters({ state, ports, compile, onDownload }: EngineOptions): Starters {
  let java: Promise<Java> | undefined;
  const findJavaOnce = () => {
    java ??= findJava();
    return java;
  };
  const prepare = async (engine: EngineJars, port: number): Promise<EngineBase> => {
    const told = (received: number) => onDownload(engine.name, Math.min(received, engine.bytes), engine.bytes);
    const free = assertPortFree(port, engine.name, `--${engine.name}-port`);
    const [jars, found] = await Promise.all([ensureJars(engine, told), findJavaOnce(), free]);
    return { jars, java: found, folders: state.folders(engine.name), compile };
  };
  const starter = (engine: EngineJars, port: number, run: (base: EngineBase) => Promise<EngineProcess>): Starter => {
    let base: EngineBase | undefined;
    return async (cut) => {
      // What was prepared once stays; later its port is its own.
      base ??= await prepare(engine, port);
      return run({ ...base, cut });
    };
  };
  const { kafkaContainers } = ports;
  return {
    kafka: starter(kafkaJars, ports.kafka, (base) =>
      startKafka({ ...base, port: ports.kafka, ...(kafkaContainers && { containerPort: kafkaContainers }) }),
    ),
    dynamodb: embeddedDynamodb(state, ports.dynamodb),
    s3: (cut) => startS3({ folders: state.folders('s3'), port: ports.s3, cut }),
  };
}

/** It comes with this package, and needs no Java. */
function embeddedDynamodb(state: StateFolder, port: number): Starter {
  let isPortOurs = false;
  return async (cut) => {
    if (!isPortOurs) await assertPortFree(port, 'dynamodb', '--dynamodb-port');
    isPortOurs = true;
    return startDynamodb({ folders: state.folders('dynamodb'), port, cut });
  };
}
