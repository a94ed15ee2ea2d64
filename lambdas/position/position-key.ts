/** Whose position in what. */
export interface PositionKey {
  readonly user: string;
  readonly item: string;
}

/** State key, and key of the topic `positions`: JSON, since either name may hold any separator. */
export const writePositionKey = ({ user, item }: PositionKey) => JSON.stringify([user, item]);

export function readPositionKey(key: string): PositionKey {
  const [user, item] = JSON.parse(key) as [string, string];
  return { user, item };
}

export const userPartition = (user: string) => `user#${user}`;

/** A user's positions stand together in the table, so that they can be listed. */
export function positionPlace(key: string): { readonly pk: string; readonly sk: string } {
  const { user, item } = readPositionKey(key);
  return { pk: userPartition(user), sk: `item#${item}` };
}
