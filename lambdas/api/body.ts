import type { ApiEvent } from './event';
import { MAX_BODY_BYTES } from './limits';
import { fail } from './problem';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The request's body as text, when it says that it is JSON, or says nothing.
 *
 * @throws ProblemError: 415 for another content type, 400 for no body or bytes that are not UTF-8, 413 above 1 MB.
 */
export function readJsonBody(event: ApiEvent): string {
  checkContentType(event.headers['content-type']);
  const { body } = event;
  if (!body) fail('missing_body', 'Send JSON in the body');
  // The gateway hands over in base64 what it does not take for text.
  const size = Buffer.byteLength(body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (size > MAX_BODY_BYTES) fail('body_too_large', `A body may have ${MAX_BODY_BYTES} bytes; send several batches`);
  if (!event.isBase64Encoded) return body;
  try {
    return strictUtf8.decode(Buffer.from(body, 'base64'));
  } catch {
    fail('malformed_body', 'The body is not UTF-8 text');
  }
}

/** Without a content type the body is taken for JSON, as a recipient may (https://www.rfc-editor.org/rfc/rfc9110#section-8.3). */
function checkContentType(header: string | undefined): void {
  if (header === undefined) return;
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (!JSON_TYPE.test(type.trim()) || !isUtf8) {
    fail('unsupported_media_type', `Send application/json in UTF-8, not ${header}`);
  }
}
