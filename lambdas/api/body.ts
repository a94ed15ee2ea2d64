import type { ApiEvent } from './event';
import { MAX_BODY_BYTES } from './limits';
import { fail } from './problem';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The request's body as text, when it says that it is JSON. A body that says nothing is refused too: a web page may send
 * one to any address without asking first (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 *
 * @throws ProblemError: 415 for another content type or none, 400 for no body or bytes that are not UTF-8, 413 above 1 MB.
 */
export function readJsonBody(event: ApiEvent): string {
  const { body } = event;
  if (!body) fail('missing_body', 'Send JSON in the body');
  checkContentType(event.headers['content-type']);
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

function checkContentType(header = ''): void {
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  const charsets = parameters
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter.startsWith('charset='));
  if (!JSON_TYPE.test(type.trim()) || !charsets.every((charset) => /^charset="?utf-?8"?$/.test(charset))) {
    fail(
      'unsupported_media_type',
      `Send content-type: application/json, in UTF-8, not ${header === '' ? 'none' : header}`,
    );
  }
}
