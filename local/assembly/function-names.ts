import type { Origin } from '../model';

/** Construct ids that say nothing about what a function is for. */
const meaningless = /^(resource|default|function|lambda|fn|func|handler|lambdafunction|nodejsfunction)$/i;
const suffix = /[-_]?(function|lambda|handler|fn)$/i;

const kebab = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();

/** The ids of a construct path that mean something, the nearest first. */
const meanings = ({ path, logicalId }: Origin): string[] => {
  const bare = path.split('/').length > 1 ? path.split('/').slice(1) : [logicalId.replace(/[0-9A-F]{8}$/, '')];
  const ids = bare
    .filter((id) => !meaningless.test(id))
    .map((id) => kebab(id.replace(suffix, '')))
    .filter((id) => id !== '')
    .reverse();
  return ids.length > 0 ? ids : [kebab(logicalId) || 'function'];
};

export interface Named {
  readonly origin: Origin;
  /** FunctionName, when the template gives one. */
  readonly given: string | undefined;
}

/** Names for people, one a function, unique: with as few of the construct ids around it as tell it from the others. */
export const nameFunctions = (functions: readonly Named[]): string[] => {
  const ids = functions.map(({ origin, given }) => (given === undefined ? meanings(origin) : [given]));
  const depths = ids.map(() => 1);
  const nameAt = (i: number) => (ids[i] ?? []).slice(0, depths[i]).reverse().join('-');
  for (let deepened = true; deepened; ) {
    deepened = false;
    const names = ids.map((_, i) => nameAt(i));
    names.forEach((name, i) => {
      const isShared = names.some((other, j) => j !== i && other === name);
      if (!isShared || (depths[i] ?? 0) >= (ids[i]?.length ?? 0)) return;
      depths[i] = (depths[i] ?? 0) + 1;
      deepened = true;
    });
  }
  const taken = new Set<string>();
  return ids.map((_, i) => {
    const name = nameAt(i);
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name}-${n}`;
    taken.add(unique);
    return unique;
  });
};
