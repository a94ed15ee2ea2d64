import type { ObjectStore } from '../objects/object-store';
import type { Line } from './line';
import type { Issued, StatementStore } from './report-store';
import { type Revision, statementOf } from './statement';
import { csvDocument, documentKey, jsonDocument, readJsonDocument } from './statement-documents';

export interface IssuePorts {
  readonly store: Pick<StatementStore, 'linesOf' | 'saveIssued'>;
  readonly objects: ObjectStore;
  readonly timeZone: string;
}

/**
 * Issues a user's day, if its content differs from the last revision. Two that issue at once, or one that comes back after
 * a crash anywhere, leave one sequence of revisions, none of which says less than the one before: a revision is written
 * only if absent, and only from lines that were read after the one before was known.
 *
 * @param issued what is known of the last revision
 * @param lines the day's lines, read after `issued` was
 * @returns the revision it wrote or completed; undefined when there is nothing new, or nothing at all.
 */
export async function issueStatement(
  { store, objects, timeZone }: IssuePorts,
  { user, date }: { readonly user: string; readonly date: string },
  issued: Issued | undefined,
  lines: readonly Line[],
): Promise<number | undefined> {
  let known = issued;
  let current = lines;
  while (current.length > 0) {
    const statement = statementOf({ user, date, timeZone }, current);
    if (known?.digest === statement.digest) return undefined;
    const revision: Revision = { revision: (known?.revision ?? 0) + 1, ...statement };
    const taken = await writeDocuments(objects, revision);
    await store.saveIssued(user, date, { revision: revision.revision, digest: (taken ?? revision).digest });
    if (!taken || taken.digest === revision.digest) return revision.revision;
    known = taken;
    current = await store.linesOf(user, date);
  }
  return undefined;
}

/** @returns the statement that had this number already; whoever wrote it may have ended before its second document. */
async function writeDocuments(objects: ObjectStore, revision: Revision): Promise<Revision | undefined> {
  const json = jsonDocument(revision);
  if ((await objects.putIfAbsent(json)) === 'stored') {
    await objects.putIfAbsent(csvDocument(revision));
    return undefined;
  }
  const body = await objects.get(json.key);
  if (!body)
    throw new Error(`${documentKey(revision, 'json')} is there and cannot be read: look at the bucket's rules`);
  const taken = readJsonDocument(body);
  await objects.putIfAbsent(csvDocument(taken));
  return taken;
}
