const DEFAULT_STATE = '.orderflow';

let stateOption = '';

/** Tells of which state folder the commands are that this process advises: another terminal has no other way to find it. */
export function adviseFor(state: string): void {
  stateOption = state === DEFAULT_STATE ? '' : ` --state ${quoted(state)}`;
}

/** `npm start`, and `orderflow` before the name of a command: after npx, or where it begins what is quoted. */
const COMMAND = /\bnpm start\b(?! --)|(?:\bnpx |(?<=`))orderflow(?= [a-z])/g;

/** The text with every command in it written as it must be typed: by `npx`, and with this process's `--state`. */
export const withOptions = (text: string): string =>
  text.replace(COMMAND, (command) =>
    command === 'npm start'
      ? `npm start${stateOption === '' ? '' : ` --${stateOption}`}`
      : `npx orderflow${stateOption}`,
  );

/** A word as a shell takes it for one. */
export const quoted = (word: string) =>
  /^[\w./~@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
