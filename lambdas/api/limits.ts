/** Bytes a body may have; the gateway lets 10 MB through, Lambda's event 6. */
export const MAX_BODY_BYTES = 1_048_576;

/** Orders in one batch, which is one send. */
export const MAX_BATCH = 1_000;

/** Seconds `?wait=` may ask for; the gateway gives up after 30. */
export const MAX_WAIT_SECONDS = 10;

/**
 * Requests that wait at once: half of the environments that the runner has for a function, so that reads which wait for
 * nothing find one.
 */
export const MAX_WAITING = 8;

/** Orders or positions on a page. */
export const MAX_PAGE = 100;
export const DEFAULT_PAGE = 20;

/** Lines of a day, or events of a timeline, on a page; it ends before at the bytes below, which leaves room to Lambda's 6 MB. */
export const MAX_LINES = 1_000;
export const MAX_PAGE_BYTES = 4_000_000;

/** Price levels of each side that a book shows; it keeps no more for readers. */
export const MAX_LEVELS = 20;

/** Hours that figures may be asked for at once. */
export const MAX_ANALYTICS_HOURS = 24;
