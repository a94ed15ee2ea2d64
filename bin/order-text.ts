import { CommandError } from './output/failure';

/** The fields of an order that a sentence names. */
export interface OrderFields {
  readonly user?: string;
  readonly item?: string;
  readonly quantity?: number;
  readonly price?: string;
  readonly side?: 'BUY' | 'SELL';
}

const TRADE = /^(?<side>buy|sell)\s+(?<quantity>\d+)\s+(?<item>.+?)(?:\s+(?:@|at)\s*(?<price>\d+(?:\.\d+)?))?$/i;
const WISH =
  /^(?<user>.+?)\s+(?:wants|orders|buys|takes|needs|would like)\s+(?<quantity>\d+|an?)\s+(?<item>.+?)(?:\s+(?:@|at)\s*(?<price>\d+(?:\.\d+)?))?$/i;

/**
 * Reads `john wants 5 burgers` and `BUY 100 TCS @ 3200`.
 *
 * @throws CommandError when the text is neither
 */
export function readOrderText(text: string): OrderFields {
  const trimmed = text.trim().replaceAll(/\s+/g, ' ');
  const { side, user, quantity = '', item = '', price } = (TRADE.exec(trimmed) ?? WISH.exec(trimmed))?.groups ?? {};
  if (item === '') {
    throw new CommandError(
      `"${text}" is no order: write "john wants 5 burgers", "BUY 100 TCS @ 3200" --user mary, or use --user, --item and --quantity`,
    );
  }
  const count = /^an?$/i.test(quantity) ? 1 : Number(quantity);
  return {
    ...(side ? { side: side.toUpperCase() as 'BUY' | 'SELL', item } : { user, item: singular(item, count) }),
    quantity: count,
    ...(price && { price }),
  };
}

/** `burgers` of five is the item `burger`; `fries` and `glass` are what they are. */
export function singular(item: string, count: number): string {
  if (count === 1 || /(ies|ss|us)$/i.test(item)) return item;
  return item.replace(/(?<=ch|sh|x|ss)es$|(?<=[a-z])s$/i, '');
}
