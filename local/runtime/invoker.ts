import type { FunctionModel } from '../model';

/** What came of one synchronous invocation, as Lambda's Invoke would answer it. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | {
      readonly ok: false;
      /** `unhandled`: the handler threw; `timeout`: it ran past its limit; `exit`: its process died. */
      readonly kind: 'unhandled' | 'timeout' | 'exit';
      /** The error document Lambda would return: `{errorType, errorMessage, trace}` as JSON. */
      readonly payload: string;
    };

/** Runs functions in execution environments, one process each, one invocation at a time in each. */
export interface Invoker {
  /** @param payload the event as JSON text, at most 6 MB. */
  invoke(fn: FunctionModel, payload: string): Promise<InvocationResult>;
}
