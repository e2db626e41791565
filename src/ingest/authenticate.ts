import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { failure } from '#domain/problem.ts';
import type { Authenticate } from './sender.ts';

/** Expects `Authorization: Bearer TOKEN`, compared in constant time. */
export const bearerToken: Authenticate = ({ headers, secret }) => {
  const given = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  const where = 'header Authorization';
  if (given === undefined) return failure('token-wrong', 'No bearer token was sent.', { where }).problem;
  return isEqual(given, secret)
    ? undefined
    : failure('token-wrong', 'The bearer token is not the configured one.', { where }).problem;
};

/** Expects GitHub's `X-Hub-Signature-256: sha256=HEX`, the HMAC of the raw body. */
export const hubSignature: Authenticate = ({ headers, body, secret }) => {
  const given = headers['x-hub-signature-256'];
  const where = 'header X-Hub-Signature-256';
  if (typeof given !== 'string') {
    return failure('signature-wrong', 'The signature is missing.', { where }).problem;
  }
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isEqual(given, expected)
    ? undefined
    : failure('signature-wrong', 'The body was signed with another secret, or changed.', { where }).problem;
};

/** Compares digests, so that neither content nor length leaks through time. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
