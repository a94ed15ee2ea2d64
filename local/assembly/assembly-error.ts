/** The folder cannot be read as an assembly at all; the message is one line for people. */
export class AssemblyError extends Error {
  readonly code: 'ASSEMBLY_MISSING' | 'ASSEMBLY_INVALID';

  constructor(code: AssemblyError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AssemblyError';
    this.code = code;
  }
}

/** A value of a template that has no meaning offline; `ask` is the key that `--set` takes to supply it. */
export class UnresolvedError extends Error {
  readonly code = 'VALUE_UNRESOLVED';
  readonly ask: string | undefined;

  constructor(message: string, ask?: string) {
    super(ask === undefined ? message : `${message}; supply it with --set '${ask}=<value>'`);
    this.name = 'UnresolvedError';
    this.ask = ask;
  }
}
