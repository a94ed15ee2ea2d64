import { MultiBar, Presets, type SingleBar } from 'cli-progress';

const MB = 1_000_000;

export interface Downloads {
  /** @param total bytes, about. */
  update(engine: string, received: number, total: number): void;
  /** Makes room for a line of text. */
  pause(): void;
}

/** Bars on a terminal, a line each quarter elsewhere; both only while something is fetched. */
export const createDownloads = (): Downloads => (process.stdout.isTTY ? bars() : lines());

function bars(): Downloads {
  const shown = new Map<string, SingleBar>();
  let multi: MultiBar | undefined;
  const pause = () => {
    multi?.stop();
    multi = undefined;
    shown.clear();
  };
  return {
    pause,
    update(engine, received, total) {
      // The terminal's settings are left alone: a start that fails or is interrupted would have to put them back.
      multi ??= new MultiBar(
        { format: 'Fetching {name} [{bar}] {value}/{total} MB', hideCursor: false, linewrap: true },
        Presets.legacy,
      );
      const bar = shown.get(engine) ?? multi.create(Math.round(total / MB), 0, { name: engine.padEnd(8) });
      shown.set(engine, bar);
      bar.update(Math.round(received / MB));
      if ([...shown.values()].every((one) => one.getProgress() >= 1)) pause();
    },
  };
}

function lines(): Downloads {
  const told = new Map<string, number>();
  return {
    pause: () => {},
    update(engine, received, total) {
      const quarter = Math.floor((4 * received) / total);
      if (told.get(engine) === quarter) return;
      told.set(engine, quarter);
      process.stdout.write(`Fetching ${engine}: ${Math.round(received / MB)} of about ${Math.round(total / MB)} MB\n`);
    },
  };
}
