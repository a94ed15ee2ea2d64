import { DependencyError } from '../errors';

/**
 * What the work comes to, or an error once the signal is aborted: work that hangs is then left behind, whether it heeds the
 * signal or not, and whatever it still comes to is ignored.
 *
 * @throws DependencyError `out_of_time`
 */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw outOfTime();
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(outOfTime());
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    const working = work();
    working.catch(() => {});
    return await Promise.race([working, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

const outOfTime = () => new DependencyError('out_of_time', 'It did not end within the time of its invocation');
