import { createHmac } from 'node:crypto';
import { failure, type Problem } from '#domain/problem.ts';
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
export const hubSignature: Authenticate = (request) =>
  checkSignature(request, { header: 'X-Hub-Signature-256', prefix: 'sha256=' });

/** Expects GitLab's `X-Gitlab-Token: TOKEN`, compared in constant time. */
export const gitlabToken: Authenticate = ({ headers, secret }) => {
  const given = headers['x-gitlab-token'];
  const where = 'header X-Gitlab-Token';
  if (typeof given !== 'string') return failure('token-wrong', 'No token was sent.', { where }).problem;
  return isEqual(given, secret)
    ? undefined
    : failure('token-wrong', 'The token is not the configured one.', { where }).problem;
};

/** A header that carries the HMAC-SHA256 of the raw body in hexadecimal letters, after a prefix. */
type Signature = { readonly header: string; readonly prefix: string };

const FLUX: Signature = { header: 'X-Signature', prefix: 'sha256=' };

/** Flux signs with its `generic-hmac` provider, or sends a token with `generic` and headers. */
export const fluxProof = signatureOrToken([FLUX], bearerToken);

/**
 * LaunchDarkly signs in `X-LD-Signature` (its page "Webhooks"), Flagsmith in `X-Flagsmith-Signature` (its source, `core/signing.py`), both
 * in bare hexadecimal letters; Unleash sends as `Authorization` what was typed at the webhook, and others a bearer token.
 */
export const flagsProof = signatureOrToken(
  [
    { header: 'X-LD-Signature', prefix: '' },
    { header: 'X-Flagsmith-Signature', prefix: '' },
  ],
  bearerOrBareToken,
);

/** Expects one of these signatures, or a token. Every signature that is there must hold, whatever stands beside it. */
function signatureOrToken(signatures: readonly Signature[], token: Authenticate): Authenticate {
  return (request) => {
    const sent = signatures.filter(({ header }) => request.headers[header.toLowerCase()] !== undefined);
    if (sent.length > 0)
      return sent.map((signature) => checkSignature(request, signature)).find((wrong) => wrong !== undefined);
    if (request.headers.authorization !== undefined) return token(request);
    const where = `header ${signatures[0]?.header ?? 'Authorization'}`;
    return failure('signature-wrong', 'Neither a signature nor a token was sent.', { where }).problem;
  };
}

/** Expects the token as `Authorization`, with or without `Bearer` before it. */
function bearerOrBareToken(request: Parameters<Authenticate>[0]): Problem | undefined {
  return isEqual(request.headers.authorization?.trim() ?? '', request.secret)
    ? undefined
    : bearerToken(request);
}

function checkSignature(
  { headers, body, secret }: Parameters<Authenticate>[0],
  { header, prefix }: Signature,
) {
  const given = headers[header.toLowerCase()];
  const where = `header ${header}`;
  if (typeof given !== 'string') {
    return failure('signature-wrong', 'The signature is missing.', { where }).problem;
  }
  const expected = `${prefix}${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isEqual(given, expected)
    ? undefined
    : failure('signature-wrong', 'The body was signed with another secret, or changed.', { where }).problem;
}
