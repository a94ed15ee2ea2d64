import type { Consumer } from '../../lib/function-needs';
import type { Stage } from '../../lib/stages';
import { consumers, endpoints, jobs, topics } from '../../lib/topology';
import { alarmMetrics, counts } from './counts';
import prices from './prices.json';

export interface CostLine {
  readonly what: string;
  /** Dollars a month. */
  readonly month: number;
}

export interface Cost {
  readonly profile: Stage['name'];
  readonly orders_per_month: number;
  readonly prices: { readonly date: string; readonly region: string; readonly currency: string };
  /** Dollars a month without an order. */
  readonly idle: number;
  /** Dollars for a million orders, at this rate. */
  readonly per_million_orders: number;
  readonly month: number;
  readonly lines: readonly CostLine[];
}

const SECONDS_A_MONTH = prices.hoursAMonth * 3600;
/** A unit holds ten pollers; a mapping has one at least. */
const POLLERS_A_UNIT = 10;
/** MSK's metrics above the free level, of each broker. */
const PAID_METRICS_A_BROKER = 33;
/** Data stays for so long in a table that forgets, and is billed each month. */
const MONTHS_KEPT = 1;

/** What a month costs with so many orders, evenly spread over it, from counted figures and list prices. */
export function costOf(stage: Stage, ordersPerMonth: number): Cost {
  const idle = idleLines(stage);
  const used = usageLines(stage, ordersPerMonth);
  const sum = (lines: readonly CostLine[]) => lines.reduce((total, { month }) => total + month, 0);
  const { date, region, currency } = prices;
  return {
    profile: stage.name,
    orders_per_month: ordersPerMonth,
    prices: { date, region, currency },
    idle: sum(idle),
    per_million_orders: ordersPerMonth === 0 ? 0 : (sum(used) / ordersPerMonth) * 1e6,
    month: sum(idle) + sum(used),
    lines: [...idle, ...used],
  };
}

function idleLines(stage: Stage): CostLine[] {
  const { brokers, brokerType, volumeGb, monitoring } = stage;
  const watched = alarmMetricsOf(stage);
  const units = Math.ceil(mappings / POLLERS_A_UNIT);
  return [
    { what: `${brokers} × ${brokerType}`, month: brokers * prices.brokerHour[brokerType] * prices.hoursAMonth },
    { what: `volumes, ${brokers} × ${volumeGb} GiB`, month: brokers * volumeGb * prices.volumeGbMonth },
    {
      what: `${units} event poller units for ${mappings} mappings`,
      month: units * prices.pollerUnitHour * prices.hoursAMonth,
    },
    { what: `alarms on ${watched} metrics`, month: watched * prices.alarmMetricMonth },
    ...(monitoring === 'PER_BROKER'
      ? [{ what: 'metrics of each broker', month: brokers * PAID_METRICS_A_BROKER * prices.brokerMetricMonth }]
      : []),
    { what: 'keys', month: (stage.flowLogs ? 3 : 2) * prices.keyMonth },
    { what: "the programs' client of the user pool", month: prices.programsClientMonth },
  ];
}

const allConsumers: readonly Consumer[] = Object.values(consumers);
const mappings = allConsumers.reduce((sum, { reads }) => sum + reads.length, 0);
const functions = [endpoints, jobs, consumers].reduce((sum, some) => sum + Object.keys(some).length, 0);

/** Metrics that the alarms of a stage look at. */
export const alarmMetricsOf = ({ name }: Pick<Stage, 'name'>): number =>
  alarmMetrics.ofStage[name] +
  alarmMetrics.ofMapping * mappings +
  alarmMetrics.ofFunction * functions +
  alarmMetrics.ofConsumer * allConsumers.length;
const allTopics: Readonly<Record<string, { readonly partitions: number }>> = topics;

function usageLines(stage: Stage, orders: number): CostLine[] {
  const million = orders / 1e6;
  const invocations = allConsumers.flatMap(({ reads, memoryMb = 512 }) =>
    reads.map((read) => ({ memoryMb, count: invocationsOf(read, orders) })),
  );
  const batches = invocations.reduce((sum, { count }) => sum + count, 0);
  const gbSeconds =
    invocations.reduce((sum, { count, memoryMb }) => sum + count * counts.secondsAnInvocation * (memoryMb / 1024), 0) +
    orders * counts.cpuSecondsAnOrder +
    orders * counts.secondsAnInvocation;
  // A batch of a second that holds one order shares nothing.
  const alone = orders / SECONDS_A_MONTH < 10;
  const writeUnits = alone ? counts.writeUnitsAlone : counts.writeUnitsBusy;
  const logs = orders * counts.logBytesAnOrder + (batches + orders) * counts.logBytesAnInvocation;
  const archived = consumers.audit.reads.reduce((sum, read) => sum + invocationsOf(read, orders), 0);
  return [
    { what: `DynamoDB, ${writeUnits} write units an order`, month: million * writeUnits * prices.writeUnitsMillion },
    {
      what: `DynamoDB, ${counts.readUnits} read units an order`,
      month: million * counts.readUnits * prices.readUnitsMillion,
    },
    { what: 'HTTP API, a request an order', month: million * prices.httpApiMillion },
    {
      what: `Lambda, ${((batches + orders) / Math.max(orders, 1)).toFixed(2)} invocations an order`,
      month: ((batches + orders) / 1e6) * prices.lambdaMillion + gbSeconds * prices.lambdaGbSecond[stage.architecture],
    },
    { what: 'logs', month: (logs / 1e9) * prices.logsGb },
    {
      what: 'tables and archive, kept for a month',
      month:
        MONTHS_KEPT * ((orders * counts.tableBytes) / 1e9) * prices.tableGbMonth +
        ((orders * counts.archiveBytes) / 1e9) * prices.s3GbMonth,
    },
    { what: "the archive's objects", month: (archived / 1000) * prices.s3PutThousand },
  ];
}

/**
 * Invocations of a mapping a month. A batch waits for its window, or is taken as soon as there is one record, so a trickle has a
 * batch for each record, and a stream no more than windows.
 */
function invocationsOf({ topic, batchSize, batchingWindow = 0.5 }: Consumer['reads'][number], orders: number): number {
  const records = orders * (counts.recordsByTopic[topic] ?? 0);
  const { partitions } = allTopics[topic] ?? { partitions: 1 };
  const aSecond = batchingWindow === 0 ? counts.batchesASecondWithoutWindow * partitions : 1 / batchingWindow;
  return Math.max(Math.min(records, aSecond * SECONDS_A_MONTH), records / batchSize);
}
