import pc from 'picocolors';
import type { FunctionModel } from '../../local/model';
import type { Reporter } from '../../local/up';
import { createDownloads } from './downloads';
import { prefixer, readable } from './function-lines';
import { withOptions } from './hints';
import { visible } from './visible';

export interface ConsoleOptions {
  /** A JSON object a line instead of text. */
  readonly json: boolean;
  /** Functions' lines as they wrote them, byte for byte: what a terminal makes of them is the user's choice. */
  readonly rawLogs: boolean;
  /** Told each line of a function, as a person reads it. */
  readonly onFunctionLine?: (fn: FunctionModel, text: string) => void;
}

export interface Console extends Reporter {
  /** One thing, in either form. */
  show(entry: object, text: string): void;
}

const COLOURS = [pc.cyan, pc.green, pc.yellow, pc.magenta, pc.blue, pc.cyanBright, pc.greenBright, pc.magentaBright];

/** Shows on the terminal what a running system tells. */
export function createConsole({ json, rawLogs, onFunctionLine }: ConsoleOptions): Console {
  const downloads = createDownloads();
  const show = (entry: object, text: string) => {
    downloads.pause();
    process.stdout.write(`${json ? JSON.stringify(entry) : text}\n`);
  };
  const prefix = prefixer(COLOURS);
  return {
    show,
    step: (text) => show({ event: 'step', text }, pc.dim(`${visible(text)} …`)),
    part(name, text) {
      const line = withOptions(text);
      show({ event: 'runner', name, line }, prefix(name, visible(line)));
    },
    functionLine(fn, line, stream) {
      const text = readable(line);
      if (text !== undefined) onFunctionLine?.(fn, text);
      const shown = rawLogs ? line : text && visible(text);
      if (shown !== undefined) show({ event: 'log', function: fn.name, stream, line }, prefix(fn.name, shown));
    },
    download(engine, received, total) {
      if (json) show({ event: 'download', engine, received, total }, '');
      else downloads.update(engine, received, total);
    },
  };
}
