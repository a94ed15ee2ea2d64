/**
 * The media type that an Accept header likes best; of equals the first that is offered, which it also is when none will do
 * (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1).
 */
export function prefers<const Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  const ranges = (accept ?? '*/*').split(',').map(readRange);
  const [best] = offered
    .map((type) => ({ type, quality: qualityOf(type, ranges) }))
    .sort((one, other) => other.quality - one.quality);
  return best && best.quality > 0 ? best.type : offered[0];
}

interface Range {
  readonly name: string;
  readonly quality: number;
}

function readRange(text: string): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, quality: weight === undefined ? 1 : Number(weight.slice(2)) || 0 };
}

/** By the most specific range that the type is in. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const names = [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*'];
  const found = names.map((name) => ranges.find((range) => range.name === name)).find((range) => range !== undefined);
  return found?.quality ?? 0;
}
