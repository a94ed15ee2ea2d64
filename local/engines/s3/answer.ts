import type { XmlNode } from './xml';

/** What an operation answers that has not answered by itself. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Root element and what is in it. */
  readonly document?: readonly [string, XmlNode];
}

export const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();
