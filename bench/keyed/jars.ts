import type { EngineJars } from '../../local/engines/catalogue';

/** The peer: https://github.com/confluentinc/parallel-consumer */
export const parallelConsumerJars: EngineJars = {
  name: 'parallel-consumer',
  version: '0.5.3.3',
  artifacts: ['io.confluent.parallelconsumer:parallel-consumer-core:0.5.3.3', 'org.slf4j:slf4j-nop:2.0.13'],
  bytes: 20_000_000,
  archivable: false,
};
