import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRollback } from '#domain/rollback.ts';
import { at, NOON, report, story } from './given.ts';

const deployed = (...versions: string[]) =>
  versions.map((version) => ({ version, status: 'succeeded' as const }));

describe('a version that is deployed', () => {
  it.each<[string, string[], string, boolean]>([
    ['is a rollback when it ran before the one that runs now', ['v2', 'v1'], 'v1', true],
    ['is a rollback when it ran long before', ['v4', 'v3', 'v2', 'v1'], 'v1', true],
    ['is none when it is new', ['v2', 'v1'], 'v3', false],
    ['is none when it runs now: it is deployed again', ['v2', 'v1'], 'v2', false],
    ['is none when it runs now and ran before another', ['v2', 'v1', 'v2'], 'v2', false],
    ['is none when nothing was deployed before', [], 'v1', false],
  ])('%s', (_, earlier, version, expected) => {
    expect(isRollback(deployed(...earlier), version)).toBe(expected);
  });

  it('is a rollback also when the version that it replaces never came up', () => {
    expect(isRollback([{ version: 'v2', status: 'failed' }, ...deployed('v1')], 'v1')).toBe(true);
  });

  it('is none when it was tried before and never ran', () => {
    expect(isRollback([...deployed('v2'), { version: 'v1', status: 'failed' }], 'v1')).toBe(false);
    expect(isRollback([...deployed('v2'), { version: 'v1', status: 'started' }], 'v1')).toBe(false);
  });

  it('is never a rollback to itself or to what was not there', () => {
    const version = fc.constantFrom('v1', 'v2', 'v3', 'v4');
    const deploy = fc.record({ version, status: fc.constantFrom('started', 'succeeded', 'failed') });
    fc.assert(
      fc.property(fc.array(deploy), version, (earlier, next) => {
        const ran = earlier.some((one) => one.version === next && one.status === 'succeeded');
        if (!ran || earlier[0]?.version === next) expect(isRollback(earlier, next)).toBe(false);
        else expect(isRollback(earlier, next)).toBe(true);
      }),
    );
  });
});

describe('an earlier version that comes back within ten minutes', () => {
  const v = (version: string, clock: string, more = {}) =>
    report('succeeded', { version, at: at(clock), ...more });

  it('is a deploy of its own, and ends the watch of the one that it replaces', () => {
    const { when, deploys } = story();
    when(NOON, v('v1', '12:00'));
    when(at('12:03'), v('v2', '12:03'));
    when(at('12:06'), v('v1', '12:06'));
    expect(deploys().map(({ version, watch }) => [version, watch?.state])).toEqual([
      ['v1', 'superseded'],
      ['v2', 'superseded'],
      ['v1', 'watching'],
    ]);
  });

  it('and is called a rollback is one, also where nothing is watched', () => {
    const { when, deploys } = story();
    const staging = { environment: 'staging' };
    when(NOON, v('v1', '12:00', staging));
    when(at('12:03'), v('v2', '12:03', staging));
    when(at('12:06'), v('v1', '12:06', { ...staging, rollback: true }));
    when(at('12:07'), v('v1', '12:07', { ...staging, rollback: true }));
    expect(deploys().map(({ version, rollback }) => [version, rollback])).toEqual([
      ['v1', undefined],
      ['v2', undefined],
      ['v1', true],
    ]);
  });

  it('but the last region of an older version is still part of its deploy', () => {
    const { when, deploys } = story();
    when(NOON, v('v1', '12:00', { part: 'eu' }));
    when(at('12:03'), v('v2', '12:03', { part: 'eu' }));
    when(at('12:04'), v('v1', '12:04', { part: 'us' }));
    expect(deploys().map(({ version, parts }) => [version, parts.length])).toEqual([
      ['v1', 2],
      ['v2', 1],
    ]);
  });
});

describe('a deploy that puts an earlier version back', () => {
  const deployed = (version: string, clock: string, more = {}) =>
    report('succeeded', { version, at: at(clock), ...more });

  it('is marked as a rollback, though its sender does not say so', () => {
    const { when, deploys } = story();
    when(at('10:00'), deployed('v1', '10:00'));
    when(at('11:00'), deployed('v2', '11:00'));
    when(at('12:00'), deployed('v1', '12:00'));
    when(at('12:03'), deployed('v1', '12:03', { part: 'us' }));
    expect(deploys().map(({ version, rollback }) => [version, rollback])).toEqual([
      ['v1', undefined],
      ['v2', undefined],
      ['v1', true],
    ]);
  });

  it('is none when the version ran in another environment, or for another service', () => {
    const { when, deploys } = story();
    when(at('10:00'), deployed('v1', '10:00', { environment: 'staging' }));
    when(at('10:30'), deployed('v1', '10:30', { hints: { service: 'ledger' } }));
    when(at('11:00'), deployed('v2', '11:00'));
    when(at('12:00'), deployed('v1', '12:00'));
    expect(deploys().filter(({ rollback }) => rollback)).toEqual([]);
  });

  it('is known by the name that it has at its end, and by what ran before it, not by what came later', () => {
    const { when, deploys } = story();
    when(at('09:00'), deployed('v2', '09:00'));
    when(at('10:00'), deployed('v1', '10:00'));
    when(at('11:00'), report('started', { id: '7', version: '9f2d41c07b3e', at: at('11:00') }));
    when(at('11:04'), deployed('v2', '11:04', { id: '7' }));
    when(at('12:00'), deployed('v3', '12:00'));
    when(at('12:01'), deployed('v3', '08:00'));
    expect(deploys().map(({ version, startedAt, rollback }) => [version, startedAt, rollback])).toEqual([
      ['v2', at('09:00'), undefined],
      ['v1', at('10:00'), undefined],
      ['v2', at('11:00'), true],
      ['v3', at('12:00'), undefined],
      ['v3', at('08:00'), undefined],
    ]);
  });
});
