/** Text, or elements by name; a list repeats its element. */
export type XmlNode = string | number | boolean | { readonly [name: string]: XmlNode | readonly XmlNode[] | undefined };

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document with one root element. */
export const xml = (root: string, node: XmlNode): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${content(node)}</${root}>`;

const content = (node: XmlNode): string =>
  typeof node === 'object'
    ? Object.entries(node)
        .flatMap(([name, child]) =>
          Array.isArray(child) ? child.map((one) => [name, one] as const) : [[name, child] as const],
        )
        .map(([name, child]) => (child === undefined ? '' : `<${name}>${content(child as XmlNode)}</${name}>`))
        .join('')
    : escapeXml(String(node));

const escapeXml = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a key may hold them.
  text.replaceAll(/[&<>"\u0000-\u001f]/g, (char) => `&#${char.charCodeAt(0)};`);

/** The texts inside each element of this name, as they stand; S3's requests nest no element in one of its own name. */
export const elements = (document: string, name: string): string[] =>
  [...document.matchAll(new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([\\s\\S]*?)</(?:\\w+:)?${name}\\s*>`, 'g'))].map(
    ([, inside = '']) => inside,
  );

/** The text of the first element of this name. */
export const textOf = (document: string, name: string): string | undefined => {
  const [inside] = elements(document, name);
  return inside === undefined ? undefined : unescapeXml(inside);
};

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16));
  });
