import type { ApiEvent } from '../api/event';
import { readItem } from '../api/path-parameters';
import { fail } from '../api/problem';
import type { BookView } from '../api/view-schemas';
import type { BookReader } from '../order-book/dynamo-book-reader';
import { readLevels } from './parameters';

export interface BookPorts {
  readonly books: Pick<BookReader, 'market'>;
}

export async function getBook(event: ApiEvent, { books }: BookPorts): Promise<BookView> {
  const item = readItem(event.pathParameters);
  const market = await books.market(item, readLevels(event.queryStringParameters));
  return market ?? fail('not_found', `${item} has no book: no order with a side came for it yet`);
}
