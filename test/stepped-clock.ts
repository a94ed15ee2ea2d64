const RealDate = Date;
let stepMs = 0;

class SteppedDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    super(...((given.length === 0 ? [RealDate.now() + stepMs] : given) as [number]));
  }
  static override now(): number {
    return RealDate.now() + stepMs;
  }
}

/** Sets this process's wall clock, as somebody sets a machine's: so many milliseconds from the true time, until the next call. */
export function setClock(ms: number): void {
  stepMs = ms;
  globalThis.Date = (ms === 0 ? RealDate : SteppedDate) as DateConstructor;
}
