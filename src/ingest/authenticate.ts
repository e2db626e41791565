import { createHmac } from 'node:crypto';
import { failure } from '#domain/problem.ts';
import { bearerOf, isEqual } from '#runtime/secrets.ts';
import type { Authenticate } from './sender.ts';

/** Expects `Authorization: Bearer TOKEN`, compared in constant time. */
export const bearerToken: Authenticate = ({ headers, secret }) => {
  const given = bearerOf(headers);
  const where = 'header Authorization';
  if (given === undefined) return failure('token-wrong', 'No bearer token was sent.', { where }).problem;
  return isEqual(given, secret)
    ? undefined
    : failure('token-wrong', 'The bearer token is not the configured one.', { where }).problem;
};

/** Expects GitHub's `X-Hub-Signature-256: sha256=HEX`, the HMAC of the raw body. */
export const hubSignature: Authenticate = (request) => checkSignature(request, 'X-Hub-Signature-256');

/** Expects GitLab's `X-Gitlab-Token: TOKEN`, compared in constant time. */
export const gitlabToken: Authenticate = ({ headers, secret }) => {
  const given = headers['x-gitlab-token'];
  const where = 'header X-Gitlab-Token';
  if (typeof given !== 'string') return failure('token-wrong', 'No token was sent.', { where }).problem;
  return isEqual(given, secret)
    ? undefined
    : failure('token-wrong', 'The token is not the configured one.', { where }).problem;
};

/**
 * Expects what Flux's providers can send: `X-Signature: sha256=HEX`, the HMAC of the raw body (`generic-hmac`), or a bearer token
 * (`generic` with headers). A signature that is there must hold, whatever stands beside it.
 */
export const signatureOrToken: Authenticate = (request) =>
  request.headers['x-signature'] === undefined && request.headers.authorization !== undefined
    ? bearerToken(request)
    : checkSignature(request, 'X-Signature');

function checkSignature({ headers, body, secret }: Parameters<Authenticate>[0], name: string) {
  const given = headers[name.toLowerCase()];
  const where = `header ${name}`;
  if (typeof given !== 'string') {
    return failure('signature-wrong', 'The signature is missing.', { where }).problem;
  }
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isEqual(given, expected)
    ? undefined
    : failure('signature-wrong', 'The body was signed with another secret, or changed.', { where }).problem;
}
