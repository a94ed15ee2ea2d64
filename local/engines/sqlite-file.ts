const PAGE_BYTES = 4096;

/**
 * An empty SQLite database that journals ahead (WAL): with one sync a commit instead of three, DynamoDB Local writes two to
 * three times as much, and nothing but this file's header asks for it (https://www.sqlite.org/fileformat2.html#the_database_header).
 */
export function emptyDatabase(): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  page.write('SQLite format 3\0', 0, 'latin1');
  page.writeUInt16BE(PAGE_BYTES, 16);
  // Write and read version: 2 is WAL.
  page.set([2, 2, 0, 64, 32, 32], 18);
  page.writeUInt32BE(1, 24); // change counter
  page.writeUInt32BE(1, 28); // pages
  page.writeUInt32BE(4, 44); // schema format
  page.writeUInt32BE(1, 56); // UTF-8
  page.writeUInt32BE(1, 92); // the page count is valid for this change counter
  page.writeUInt32BE(3_008_007, 96); // written as if by 3.8.7, the version inside DynamoDB Local
  // The schema: a leaf page of a table's tree, without a cell; its content area begins at the page's end.
  page[100] = 0x0d;
  page.writeUInt16BE(PAGE_BYTES, 105);
  return page;
}
