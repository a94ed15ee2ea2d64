/** The command line. Each command is loaded when it is called, so that `--help` is quick. */
import { createRequire } from 'node:module';
import { Command, type CommandOptions, Option } from 'commander';
import { DYNAMODB_ENGINES } from '../local/engines/dynamodb-engine';
import { version } from '../package.json';
import { exitWith } from './output/failure';
import { adviseFor } from './output/hints';

const require = createRequire(__filename);
/** By require, since the loader that translates TypeScript for this process knows no other way. */
const load = <Module>(path: string): Module => require(path);

const program = new Command('orderflow')
  .description('Runs an order pipeline on Kafka and Lambda, whole, on this machine, from its synthesised CDK app')
  .version(version)
  .showHelpAfterError('(npx orderflow --help shows what there is)')
  .configureHelp({ showGlobalOptions: true })
  .addOption(
    new Option('--state <folder>', 'where a running system keeps its state')
      .default('.orderflow')
      .env('ORDERFLOW_STATE'),
  )
  .hook('preAction', () => adviseFor(program.opts().state));

/** A command with the options all of them have, and examples below its help. */
const command = (
  usage: string,
  description: string,
  examples: readonly string[],
  group: Command = program,
  options: CommandOptions = {},
) =>
  group
    .command(usage, options)
    .description(description)
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ npx orderflow ${example}`).join('\n')}`);

const repeatable = (flags: string, description: string) =>
  new Option(flags, `${description}; may be repeated`)
    .argParser((value: string, previous: readonly string[]) => [...previous, value])
    .default([], 'none');

const system = (usage: string, description: string, examples: readonly string[]) =>
  command(usage, description, examples)
    .option(
      '--app <folder>',
      "another CDK app's synthesised assembly (default: this project's, synthesised when it changed)",
    )
    .addOption(repeatable('--stack <name>', 'only this stack'))
    .option('--port <number>', 'of the HTTP API', '3000')
    .addOption(repeatable('--allow-host <name>', 'a name besides localhost by which the HTTP API may be called'))
    .option('--kafka-port <number>', 'of the broker', '9092')
    .option('--kafka-container-port <number>', 'of the broker, for containers: host.docker.internal:<number>', '9094')
    .option('--dynamodb-port <number>', 'of DynamoDB', '8000')
    .option('--s3-port <number>', 'of the object store, started when the app has a bucket', '9090')
    .addOption(new Option('--engine <kind>', 'how Kafka runs').choices(['auto', 'jvm', 'docker']).default('auto'))
    .addOption(
      new Option('--dynamodb-engine <name>', "what keeps the tables; dynamodb-local is under Amazon's own licence")
        .choices(DYNAMODB_ENGINES)
        .default('embedded')
        .conflicts('dynamodb'),
    )
    .option('--kafka <host:port>', 'brokers that run already')
    .option('--dynamodb <url>', 'a DynamoDB that runs already')
    .option('--s3 <url>', 'an S3 that runs already')
    .addOption(repeatable('--env <[FUNCTION.]NAME=value>', 'environment variable of one or all functions'))
    .addOption(repeatable('--set <KEY=value>', 'a value the assembly cannot tell'))
    .option('--raw-logs', 'lines of functions as they wrote them')
    .option('--no-mappings', 'leave the event source mappings out')
    .addOption(
      repeatable('--skip <TOPIC-PARTITION@OFFSET>', 'leave out the batch at this place, which cannot be read'),
    );

system('up', 'start the engines and the whole pipeline, and stay in the foreground', [
  'up',
  'up --port 3100 --kafka-port 9192 --dynamodb-port 8100 --state /tmp/other',
  'up --app ../their-app/cdk.out --env BOOTSTRAP=localhost:9092 --set TheirStack.Secret.Value=abc',
  'up --kafka localhost:9092 --dynamodb http://localhost:8000',
]).action(async (options) =>
  load<typeof import('./commands/up')>('./commands/up').up({ ...program.opts(), ...options }),
);

system('demo', 'start the pipeline, follow some orders to their last status, and stop', [
  'demo',
  'demo --engine docker',
]).action(async (options) =>
  load<typeof import('./commands/demo')>('./commands/demo').demo({ ...program.opts(), ...options }),
);

command('down', 'stop the system that runs on the state folder', ['down', 'down --state /tmp/other']).action(
  async (options) => load<typeof import('./commands/down')>('./commands/down').down({ ...program.opts(), ...options }),
);

command('reset', 'stop what runs, and remove its state: topics, tables, logs', ['reset']).action(async (options) =>
  load<typeof import('./commands/down')>('./commands/down').reset({ ...program.opts(), ...options }),
);

command('order [text]', 'place an order; code 1 when risk does not take it', [
  'order "john wants 5 burgers"',
  'order "BUY 100 TCS @ 3200" --user mary',
  'order --user john --item burger --quantity 5',
  'order --user mary --item TCS --quantity 100 --price 3200.10 --side BUY --kafka',
])
  .option('--user <name>', 'who orders')
  .option('--item <name>', 'what is ordered')
  .option('--quantity <number>', 'how many')
  .option('--price <decimal>', 'of one')
  .option('--side <BUY|SELL>', 'makes it an instrument order')
  .option('--id <uuid>', 'its order_id; made when absent')
  .option('--kafka', 'write the record straight to the topic, past the HTTP API')
  .option('--topic <name>', 'with --kafka', 'orders')
  .option('--wait <seconds>', 'how long to wait for risk to take it or not; 0 does not', '30')
  .action(async (text, options) =>
    load<typeof import('./commands/order')>('./commands/order').order(text, { ...program.opts(), ...options }),
  );

command('status <order_id>', "an order's status and timeline", [
  'status 0d9f7a2c-6c0e-4c1e-9d0a-1f2e3d4c5b6a',
  'status 0d9f7a2c-6c0e-4c1e-9d0a-1f2e3d4c5b6a --watch',
])
  .option('--watch', 'go on until the order is final')
  .option('--wait <seconds>', 'how long an order may take to be tracked', '2')
  .action(async (id, options) =>
    load<typeof import('./commands/status')>('./commands/status').status(id, { ...program.opts(), ...options }),
  );

command('cancel <order_id>', 'ask to cancel an order, and see what comes of it; code 1 when it is refused', [
  'cancel 0d9f7a2c-6c0e-4c1e-9d0a-1f2e3d4c5b6a',
  'cancel 0d9f7a2c-6c0e-4c1e-9d0a-1f2e3d4c5b6a --user john',
])
  .option('--user <name>', "the order's owner; looked up when absent")
  .option('--wait <seconds>', 'how long to wait for what comes of it; 0 does not', '30')
  .action(async (id, options) =>
    load<typeof import('./commands/cancel')>('./commands/cancel').cancel(id, { ...program.opts(), ...options }),
  );

command(
  'stock <item> <delta>',
  "change an item's stock; what waits for it is served, the oldest first; code 1 when it is refused",
  ['stock burger 100', 'stock burger 100 --receipt delivery-2026-11-21', 'stock burger -5'],
)
  .option('--receipt <id>', 'the same receipt of an item counts once; made when absent')
  .option('--wait <seconds>', 'how long to wait for what inventory decides; 0 does not', '30')
  .action(async (item, delta, options) =>
    load<typeof import('./commands/stock')>('./commands/stock').stock(item, delta, { ...program.opts(), ...options }),
  );

const item = program.command('item').description('what an item costs, and how many there are');

command('show <item>', "an item's list price and stock", ['item show burger'], item).action(async (name, options) =>
  load<typeof import('./commands/item')>('./commands/item').show(name, { ...program.opts(), ...options }),
);

command('price <item> <price>', "set an item's list price", ['item price burger 5.50'], item).action(
  async (name, price, options) =>
    load<typeof import('./commands/item')>('./commands/item').price(name, price, { ...program.opts(), ...options }),
);

const limits = program.command('limits').description('what orders are judged by: of everybody, of a user, of an item');
const limited = (usage: string, description: string, examples: readonly string[]) =>
  command(usage, description, examples, limits, { isDefault: usage === 'show' })
    .option('--user <name>', 'of a user')
    .option('--item <name>', 'of an item');

limited('show', 'the limits that hold, and which of them are set here', [
  'limits show',
  'limits show --user john',
]).action(async (options) =>
  load<typeof import('./commands/limits')>('./commands/limits').show({ ...program.opts(), ...options }),
);

limited('set', 'change the limits that are named; default takes one back', [
  'limits set --max-quantity 100',
  'limits set --user john --max-open-notional 5000 --may-sell-short no',
  'limits set --item burger --max-quantity default',
])
  .option('--max-open-notional <decimal>', "what all of a user's open orders may come to")
  .option('--max-quantity <number>', 'pieces that one order may have')
  .option('--may-sell-short <yes|no>', 'whether users may sell what they do not hold')
  .option('--may-name-price <yes|no>', 'whether an order may name a price where the item has none')
  .action(async (options) =>
    load<typeof import('./commands/limits')>('./commands/limits').set({ ...program.opts(), ...options }),
  );

command('block [user]', 'refuse all orders of a user, or for an item', ['block john', 'block --item burger'])
  .option('--item <name>', 'an item instead of a user')
  .action(async (user, options) =>
    load<typeof import('./commands/limits')>('./commands/limits').block(user, { ...program.opts(), ...options }),
  );

command('unblock [user]', 'take orders of a user, or for an item, again', ['unblock john', 'unblock --item burger'])
  .option('--item <name>', 'an item instead of a user')
  .action(async (user, options) =>
    load<typeof import('./commands/limits')>('./commands/limits').unblock(user, { ...program.opts(), ...options }),
  );

command('tail <topic>', 'show the records of a topic as they come', [
  'tail orders',
  'tail order-tracker-dlq --from-beginning --no-follow',
  'tail orders -n 1 --json',
  'tail orders --partition 3 --offset 120 -n 1',
])
  .option('--from-beginning', 'begin with the first record that is kept')
  .option('-n, --number <count>', 'end after so many records')
  .option('--partition <number>', 'only this one')
  .option('--offset <number>', 'begin with this offset of --partition')
  .option('--no-follow', 'end where the topic ends now')
  .option('--kafka <host:port>', 'brokers, when no system runs here')
  .action(async (topic, options) =>
    load<typeof import('./commands/tail')>('./commands/tail').tail(topic, { ...program.opts(), ...options }),
  );

command('invoke <function>', 'invoke a function of the running system with an event', [
  'invoke tracker --event test/events/kafka-msk.json',
  'invoke query --event test/events/api-get-openapi.json --json',
  'invoke ingest --event - < test/events/api-post-order.json',
])
  .requiredOption('--event <file>', 'the event as JSON; - reads standard input')
  .action(async (name, options) =>
    load<typeof import('./commands/invoke')>('./commands/invoke').invoke(name, { ...program.opts(), ...options }),
  );

const audit = program.command('audit').description('the archive of every record: what it holds, and what it misses');

command(
  'verify [topic]',
  'prove that the archive misses no offset, of one topic or all; code 1 when it does',
  ['audit verify', 'audit verify orders --contents', 'audit verify --wait 90 --json'],
  audit,
)
  .option('--contents', 'read every object, too, and compare it with its name')
  .option('--wait <seconds>', 'how long to wait for what is on its way; what has not come then is a fault')
  .action(async (topic, options) =>
    load<typeof import('./commands/audit')>('./commands/audit').verify(topic, { ...program.opts(), ...options }),
  );

command('cost', 'what a month in AWS costs, from counted figures and dated list prices', [
  'cost --orders-per-month 1000000',
  'cost --orders-per-month 0 --profile dev',
  'cost --orders-per-month 1e8 --profile prod --json',
])
  .requiredOption('--orders-per-month <number>', 'how many, evenly spread')
  .option('--profile <name>', 'dev, prod or all', 'all')
  .action(async (options) => load<typeof import('./commands/cost')>('./commands/cost').cost(options));

// Whoever reads the output, `head` for one, may have had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  error.code === 'EPIPE' ? process.exit(0) : exitWith(error),
);

program.parseAsync().catch(exitWith);
