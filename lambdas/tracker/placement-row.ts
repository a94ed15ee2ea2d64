const PREFIX = 'placed#';

/** The name of the row of a placement, among the rows of its order id: each body has its own. */
export const placementRow = (digest: string) => `${PREFIX}${digest}`;

/** The digest of the body whose row has this name. */
export const digestOfRow = (name: string) => name.slice(PREFIX.length);
