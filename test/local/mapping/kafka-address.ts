/** Where the tests' broker listens: the one given, or one that runs on the port this folder was written with. */
export const kafkaAddress = async (): Promise<string> => process.env.ORDERFLOW_TEST_KAFKA ?? '127.0.0.1:9201';
