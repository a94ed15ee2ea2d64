/**
 * Reads a function's environment variables once, at start.
 *
 * Each function keeps one typed list of names beside its handler: the construct must set exactly these, the handler may
 * read only these, and a test builds them.
 *
 * @throws Error naming every variable that is missing or empty.
 */
export function readEnvironment<const Name extends string>(
  names: readonly Name[],
  source: Readonly<Record<string, string | undefined>> = process.env,
): Record<Name, string> {
  const missing = names.filter((name) => !source[name]);
  if (missing.length > 0) {
    throw new Error(`Environment variable ${missing.join(', ')} is not set: add it where the function is declared`);
  }
  return Object.fromEntries(names.map((name) => [name, source[name]])) as Record<Name, string>;
}
