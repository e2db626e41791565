import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArtifact } from '#ingest/artifact.ts';
import { environmentIn, repositoryOf, withoutEnvironment } from '#ingest/places.ts';

const DIGEST = `sha256:0b31b1c02ff458ad${'9'.repeat(48)}`;

describe('what was deployed', () => {
  it.each<[string, string, string | undefined]>([
    ['pkg:oci/checkout@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f', 'checkout', '0b31b1c02ff4'],
    ['pkg:oci/checkout@sha256:0b31b1c02ff458ad9b7b81cbdf8f', 'checkout', '0b31b1c02ff4'],
    ['pkg:oci/checkout@sha256%3A0b31?tag=v1.4.2&repository_url=ghcr.io', 'checkout', 'v1.4.2'],
    ['pkg:docker/shop/checkout@v1.4.2', 'checkout', 'v1.4.2'],
    ['pkg:npm/%40shop/checkout@1.4.2#src', 'checkout', '1.4.2'],
    ['pkg:npm/@shop/checkout', 'checkout', undefined],
    ['pkg:generic/check%out@1%', 'check%out', '1%'],
    ['ghcr.io/shop/checkout:v1.4.2', 'checkout', 'v1.4.2'],
    [`ghcr.io/shop/checkout:v1.4.2@${DIGEST}`, 'checkout', 'v1.4.2'],
    [`ghcr.io/shop/checkout@${DIGEST}`, 'checkout', '0b31b1c02ff4'],
    [`checkout:latest@${DIGEST}`, 'checkout', '0b31b1c02ff4'],
    [
      'registry.example:5000/shop/checkout:9f2d41c07b3e5a6188d0c4e2f7a1b3c5d7e9f012',
      'checkout',
      '9f2d41c07b3e',
    ],
    ['registry.example:5000/shop/checkout', 'checkout', undefined],
    ['checkout:latest', 'checkout', undefined],
    ['v1.4.2', '', 'v1.4.2'],
    [DIGEST, '', '0b31b1c02ff4'],
  ])('%s is %j of version %j', (reference, name, version) => {
    expect(readArtifact(reference)).toEqual({ name, ...(version === undefined ? {} : { version }) });
  });

  it('is read whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readArtifact(`pkg:${text}`)));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readArtifact(text)));
  });
});

describe('where it was deployed', () => {
  it.each<[(string | null | undefined)[], string | undefined]>([
    [['shop', 'overlays/prod', 'default'], 'prod'],
    [['production'], 'production'],
    [[undefined, null, '', 'checkout-staging'], 'staging'],
    [['prod-eu'], 'prod'],
    [['apps', 'live-chat', 'test-runner', 'dev-tools', 'products'], undefined],
  ])('%j is in %s', (names, environment) => {
    expect(environmentIn(names)).toBe(environment);
  });

  it.each([
    ['checkout-prod', 'checkout'],
    ['prod-checkout', 'checkout'],
    ['live-chat', 'live-chat'],
    ['prod', 'prod'],
    ['checkout', 'checkout'],
  ])('%s is %s there', (name, short) => {
    expect(withoutEnvironment(name)).toBe(short);
  });

  it.each([
    ['https://git.example/shop/checkout.git', 'shop/checkout'],
    ['https://user@git.example:8443/shop/team/checkout/', 'shop/team/checkout'],
    ['git@git.example:shop/checkout.git', 'shop/checkout'],
    ['ssh://git@git.example:22/shop/checkout.git', 'shop/checkout'],
    ['shop/checkout', 'shop/checkout'],
  ])('%s is the repository %s', (url, repository) => {
    expect(repositoryOf(url)).toBe(repository);
  });
});
