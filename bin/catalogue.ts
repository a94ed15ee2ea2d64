import { existsSync, writeFileSync } from 'node:fs';
import type { StateFolder } from '../local/state';
import type { RunningSystem } from '../local/up';
import items from './catalogue.json';
import { sendJson } from './running';

/**
 * Puts a small catalogue through the API, once for each state folder; what a user changes later stays. A start that was
 * interrupted here does it again, and the same receipts count once.
 *
 * @throws CommandError when the API refuses it
 */
export async function seedCatalogue(system: RunningSystem, state: StateFolder): Promise<void> {
  const done = state.file('catalogue-is-in');
  const takesPrices = system.model.apis.some(({ routes }) => routes.some(({ path }) => path === '/items/{item}'));
  if (!takesPrices || existsSync(done)) return;
  await Promise.all(
    items.map(async ({ item, price, stock }) => {
      await sendJson(system, 'PUT', `/items/${item}`, { price });
      await sendJson(system, 'POST', `/items/${item}/stock`, { delta: stock, receipt_id: `catalogue-${item}` });
    }),
  );
  writeFileSync(done, '');
}
