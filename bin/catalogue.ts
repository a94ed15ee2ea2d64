import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RunningSystem, SystemOptions } from '../local/up';
import items from './catalogue.json';
import { CommandError } from './output/failure';
import { callApi, problemOf, sendJson } from './running';

/**
 * Seeds the catalogue at the first start on a state folder, and not at those after it, which would keep the first order
 * waiting, unless another catalogue or other tables came since. Engines with data outside of the folder are asked each time.
 *
 * @throws CommandError as seedCatalogue does
 */
export async function seedOnce(
  system: Pick<RunningSystem, 'endpoints' | 'engines' | 'model'>,
  { state, given }: Pick<SystemOptions, 'state' | 'given'>,
): Promise<void> {
  const mark = state.file('catalogue');
  const ownData = system.engines.kind === 'jvm' && given.kafka === undefined && given.dynamodb === undefined;
  const seeded = JSON.stringify({ items, tables: system.model.tables.map(({ name }) => name) });
  if (ownData && existsSync(mark) && readFileSync(mark, 'utf8') === seeded) return;
  await seedCatalogue(system);
  if (ownData) writeFileSync(mark, seeded, { mode: 0o600 });
}

/**
 * Puts a small catalogue through the API, again and again without harm: a price that was set stays, and the receipts have
 * fixed ids, so that they count once.
 *
 * @throws CommandError when the API refuses it or does not answer
 */
export async function seedCatalogue(system: Pick<RunningSystem, 'endpoints' | 'model'>): Promise<void> {
  const takesPrices = system.model.apis.some(({ routes }) => routes.some(({ path }) => path === '/items/{item}'));
  if (!takesPrices) return;
  const add = async (item: string, price: string) => {
    const answer = await callApi(system, `/items/${item}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'if-none-match': '*' },
      body: JSON.stringify({ price }),
    });
    if (![200, 412].includes(answer.status)) {
      throw new CommandError(`The catalogue is not in (${problemOf(answer)}): start again`);
    }
  };
  // One after the other: of calls at once each would start an environment of its own.
  for (const { item, price, stock } of items) {
    await add(item, price);
    await sendJson(system, 'POST', `/items/${item}/stock`, { delta: stock, receipt_id: `catalogue-${item}` });
  }
}
