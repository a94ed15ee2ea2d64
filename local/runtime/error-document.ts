/** The error documents Lambda's Invoke answers with when it is not the handler that speaks. */

const document = (errorType: string, errorMessage: string) => JSON.stringify({ errorType, errorMessage });

/**
 * @param code exit status, or null when a signal ended the process
 * @param signal `SIGKILL`, …
 */
export function exitDocument(requestId: string, code: number | null, signal: NodeJS.Signals | null): string {
  const reason =
    signal !== null
      ? `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`
      : code === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${code}`;
  return document('Runtime.ExitError', `RequestId: ${requestId} Error: ${reason}`);
}

/** The names Go gives signals, as they show in Lambda's messages. */
const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGTERM: 'terminated',
  SIGSEGV: 'segmentation fault',
};

/** @param now epoch milliseconds */
export function timeoutDocument(requestId: string, timeoutSeconds: number, now: number): string {
  const at = new Date(now).toISOString();
  return JSON.stringify({
    errorMessage: `${at} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  });
}

/** @param milliseconds how long the handler's module was given to load */
export function initTimeoutDocument(milliseconds: number): string {
  return document('Runtime.InitError', `The handler did not load within ${milliseconds / 1000} seconds`);
}
