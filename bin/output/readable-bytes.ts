const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text where they are text, else as `base64:…`; nothing as `null`. */
export function readableBytes(bytes: Buffer | null): string {
  if (bytes === null) return 'null';
  try {
    return utf8.decode(bytes);
  } catch {
    return `base64:${bytes.toString('base64')}`;
  }
}
