import { alarmMetricsOf, costOf } from '../../../bin/cost/cost';
import prices from '../../../bin/cost/prices.json';
import { stages } from '../../../lib/stages';
import { pipelineTemplate } from '../../lib/templates';

const idleOf = (what: RegExp, stage = stages.dev) =>
  costOf(stage, 0).lines.find((line) => what.test(line.what))?.month ?? Number.NaN;

it('is what stands there, when no order comes', () => {
  for (const stage of Object.values(stages)) {
    const { idle, month, per_million_orders } = costOf(stage, 0);
    expect(month).toBe(idle);
    expect(per_million_orders).toBe(0);
  }
  expect(idleOf(/kafka\.m7g\.large/)).toBeCloseTo(2 * 0.204 * 730);
  expect(idleOf(/poller units for \d+ mappings/)).toBeCloseTo(2 * 0.185 * 730);
});

it('adds up to the month, line by line', () => {
  const { lines, month, idle, per_million_orders } = costOf(stages.prod, 3_000_000);
  expect(lines.reduce((sum, line) => sum + line.month, 0)).toBeCloseTo(month);
  expect(idle + per_million_orders * 3).toBeCloseTo(month);
});

it('costs less an order the more orders share batches and rows', () => {
  const rates = [1e6, 1e8, 1e10].map((orders) => costOf(stages.prod, orders).per_million_orders);
  expect(rates).toEqual([...rates].sort((a, b) => b - a));
});

it.each(['dev', 'prod'] as const)('counts the metrics that the alarms of %s look at', (stage) => {
  const alarms = Object.values(pipelineTemplate({ stage }).findResources('AWS::CloudWatch::Alarm'));
  const metrics = alarms.map(({ Properties }) =>
    Properties.Metrics ? Properties.Metrics.filter((one: object) => 'MetricStat' in one).length || 1 : 1,
  );
  expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(alarmMetricsOf(stages[stage]));
});

it('says of which day its prices are', () => {
  expect(prices.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(costOf(stages.dev, 0).prices).toEqual({ date: prices.date, region: prices.region, currency: 'USD' });
});
