/** As long as a record can come again: the longest retention there is, the dead letters' thirty days, and a week. */
export const KEPT_SECONDS = (7 + 30 + 7) * 24 * 60 * 60;
