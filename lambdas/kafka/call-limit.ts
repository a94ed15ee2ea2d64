import { abortIn } from '../../shared/time';
import type { Budget } from './retry';

/** An execution environment works on one invocation at a time, and this is its. */
let budget: Pick<Budget, 'remainingMs'> | undefined;

/**
 * From now on no call of this environment's clients outlasts the budget: one that hangs would take the invocation past its
 * time-out, which ends the environment and counts as a fault of the records.
 */
export function endCallsWith(ofInvocation: Pick<Budget, 'remainingMs'>): void {
  budget = ofInvocation;
}

/** Ends a call that starts now; undefined outside of a consumer's invocation. */
export const callSignal = (): AbortSignal | undefined => budget && abortIn(budget.remainingMs());
