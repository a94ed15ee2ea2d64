import type { DynamodbEngine } from '../local/engines/dynamodb-engine';
import { stateFolder } from '../local/state';
import type { Reporter, SystemOptions } from '../local/up';
import { readNumber, readPlaces, readValues, readVariables } from './assignments';
import { CommandError } from './output/failure';
import { synthesise } from './synthesise';

/** Options of `up` and `demo` as commander reads them. */
export interface SystemFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly app?: string;
  readonly stack: readonly string[];
  readonly port: string;
  readonly allowHost: readonly string[];
  readonly kafkaPort: string;
  readonly kafkaContainerPort: string;
  readonly dynamodbPort: string;
  readonly s3Port: string;
  readonly engine: 'auto' | 'jvm' | 'docker';
  readonly dynamodbEngine: DynamodbEngine;
  readonly kafka?: string;
  readonly dynamodb?: string;
  readonly s3?: string;
  readonly env: readonly string[];
  readonly set: readonly string[];
  readonly rawLogs?: boolean;
  readonly mappings: boolean;
  readonly skip: readonly string[];
}

/** @throws CommandError naming the flag that cannot be understood. */
export function systemOptions(flags: SystemFlags, report: Reporter): SystemOptions {
  const port = (option: string, text: string) => readNumber(option, text, 1, 65_535);
  const ports = {
    api: port('--port', flags.port),
    kafka: port('--kafka-port', flags.kafkaPort),
    kafkaContainers: port('--kafka-container-port', flags.kafkaContainerPort),
    dynamodb: port('--dynamodb-port', flags.dynamodbPort),
    s3: port('--s3-port', flags.s3Port),
  };
  return {
    state: stateFolder(flags.state),
    engine: flags.engine,
    dynamodbEngine: flags.dynamodbEngine,
    given: {
      ...(flags.kafka && { kafka: flags.kafka }),
      ...(flags.dynamodb && { dynamodb: flags.dynamodb }),
      ...(flags.s3 && { s3: flags.s3 }),
    },
    ports,
    allowedHosts: flags.allowHost.map(hostName),
    mappings: flags.mappings,
    skip: readPlaces(flags.skip),
    env: readVariables(flags.env),
    resolve: readValues(flags.set),
    ...(flags.stack.length > 0 && { stacks: flags.stack }),
    report,
    app: flags.app ?? (() => synthesise(() => report.step('Synthesising the app'))),
  };
}

function hostName(text: string): string {
  if (/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(text)) return text;
  throw new CommandError(
    `--allow-host ${text} is no host name: write it without scheme and port, such as host.docker.internal`,
  );
}
