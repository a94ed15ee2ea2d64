import type { RunningSystem } from '../local/up';
import items from './catalogue.json';
import { CommandError } from './output/failure';
import { callApi, problemOf, sendJson } from './running';

/**
 * Puts a small catalogue through the API. Whether there is one is for the system to say, at each start: a price that was
 * set stays, and the receipts have fixed ids, so that they count once.
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
