import { describe, expect, it } from 'vitest';
import type { Deploy } from '#domain/deploy.ts';
import { rollbackOffer } from '#domain/rollback-way.ts';
import { MINUTE, NOON, report, story } from './given.ts';

const way = {
  kind: 'link' as const,
  template: 'https://ci.example/{service}?to={previousVersion}&from={version}',
};

function deployed(id: string, version: string, more: Partial<Deploy> = {}): Deploy {
  const [deploy] = story().when(NOON, report('succeeded')).deploys;
  if (deploy === undefined) throw new Error('there is no deploy');
  return { ...deploy, id, version, ...more };
}

describe('the way back from a deploy', () => {
  const deploy = deployed('d2', 'v2');
  const before = deployed('d1', 'v 1/&', { startedAt: NOON - MINUTE });

  it('leads to the version that ran there before, every value encoded', () => {
    expect(rollbackOffer(way, deploy, [deploy, before])).toEqual({
      kind: 'link',
      url: 'https://ci.example/checkout?to=v%201%2F%26&from=v2',
    });
  });

  it('leads to what its sender names, where it names one', () => {
    const named = { ...deploy, previousVersion: 'v0' };
    expect(rollbackOffer(way, named, [named, before])).toMatchObject({
      url: 'https://ci.example/checkout?to=v0&from=v2',
    });
  });

  it.each([
    ['what failed', { status: 'failed' as const }],
    ['another environment', { environment: 'eu' }],
    ['the same version', { version: 'v2' }],
    ['a name that climbs', { version: '..' }],
  ])('is not offered where before it there is only %s', (_, more) => {
    expect(rollbackOffer(way, deploy, [deploy, { ...before, ...more }])).toBeUndefined();
  });

  it('is not offered once a newer deploy took its place', () => {
    const newer = deployed('d3', 'v3', { startedAt: NOON + MINUTE });
    expect(rollbackOffer(way, deploy, [newer, deploy, before])).toBeUndefined();
    const failed = { ...newer, status: 'failed' as const };
    expect(rollbackOffer(way, deploy, [failed, deploy, before])).toBeDefined();
  });
});
