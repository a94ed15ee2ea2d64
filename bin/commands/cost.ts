import { type Stage, stages } from '../../lib/stages';
import { type Cost, costOf } from '../cost/cost';
import { CommandError } from '../output/failure';

export interface CostFlags {
  readonly ordersPerMonth: string;
  readonly profile: string;
  readonly json?: boolean;
}

/** Prints what a month costs in AWS, line by line, with the date of the prices. */
export function cost({ ordersPerMonth, profile, json }: CostFlags): void {
  const answers = profilesOf(profile).map((stage) => costOf(stage, readOrders(ordersPerMonth)));
  process.stdout.write(json ? `${JSON.stringify(answers)}\n` : `${answers.map(report).join('\n\n')}\n`);
}

function profilesOf(name: string): Stage[] {
  if (name === 'all') return Object.values(stages);
  if (Object.hasOwn(stages, name)) return [stages[name as Stage['name']]];
  throw new CommandError(`There is no profile ${name}: take ${Object.keys(stages).join(', ')} or all`);
}

function readOrders(text: string): number {
  const orders = Number(text.replaceAll(/[_,]/g, ''));
  if (text !== '' && Number.isFinite(orders) && orders >= 0 && orders <= 1e12) return orders;
  throw new CommandError(`${text} is no number of orders a month: write 0, 1000000 or 1e8`);
}

const dollars = (amount: number) =>
  `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

function report({ profile, orders_per_month, prices, idle, per_million_orders, month, lines }: Cost): string {
  const rows = [
    ...lines.map(({ what, month: amount }) => [what, dollars(amount)] as const),
    ['a month', dollars(month)] as const,
  ];
  const wide = Math.max(...rows.map(([what]) => what.length));
  const high = Math.max(...rows.map(([, amount]) => amount.length));
  return [
    `${profile}: ${orders_per_month.toLocaleString('en-US')} orders a month (${prices.region}, list prices of ${prices.date})`,
    ...rows.map(([what, amount]) => `  ${what.padEnd(wide)}  ${amount.padStart(high)}`),
    `  idle ${dollars(idle)} a month${orders_per_month > 0 ? `, ${dollars(per_million_orders)} a million orders` : ''}`,
  ].join('\n');
}
