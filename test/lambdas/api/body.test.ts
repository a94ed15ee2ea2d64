import { readJsonBody } from '../../../lambdas/api/body';
import { MAX_BODY_BYTES } from '../../../lambdas/api/limits';
import { ProblemError } from '../../../lambdas/api/problem';
import { apiEvent, withBody } from './api-event';

const statusOf = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.status;
  }
  return undefined;
};

describe('readJsonBody', () => {
  it('gives back the text, in base64 or not', () => {
    expect(readJsonBody(apiEvent('post-order-base64'))).toBe(readJsonBody(apiEvent('post-order')));
  });

  it.each([
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/cloudevents+json',
    'application/json; charset="utf-8"',
  ])('takes content type %s', (type) => {
    expect(readJsonBody(apiEvent('post-order', { headers: { 'content-type': type } }))).toContain('burger');
  });

  it.each([
    undefined,
    '',
    'text/plain',
    'text/plain; charset=application/json',
    'application/json, text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/xml',
    'application/json; charset=latin1',
    'application/json; charset=utf-8; charset=latin1',
  ])('answers 415 to content type %j', (type) => {
    expect(statusOf(() => readJsonBody(apiEvent('post-order', { headers: { 'content-type': type } })))).toBe(415);
  });

  it('answers 400 to no body', () => {
    expect(statusOf(() => readJsonBody(apiEvent('post-order-no-body')))).toBe(400);
    expect(statusOf(() => readJsonBody(withBody('post-order', '')))).toBe(400);
  });

  it('answers 400 to bytes that are not UTF-8', () => {
    expect(statusOf(() => readJsonBody(apiEvent('post-order-not-utf8')))).toBe(400);
  });

  it('takes a body of exactly 1 MB and answers 413 to a byte more, counting bytes', () => {
    const text = 'é'.repeat(MAX_BODY_BYTES / 2);
    const base64 = (body: string) =>
      apiEvent('post-order', { body: Buffer.from(body).toString('base64'), isBase64Encoded: true });
    expect(readJsonBody(withBody('post-order', text))).toBe(text);
    expect(readJsonBody(base64(text))).toBe(text);
    expect(statusOf(() => readJsonBody(withBody('post-order', `${text}x`)))).toBe(413);
    expect(statusOf(() => readJsonBody(base64(`${text}x`)))).toBe(413);
  });
});
