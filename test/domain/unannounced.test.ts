import { describe, expect, it } from 'vitest';
import type { DeployReport } from '#domain/event.ts';
import { environmentSeen, isAnnounced } from '#domain/unannounced.ts';
import { isSameVersion } from '#domain/version.ts';
import { at, HOUR, kinds, NOON, report, story } from './given.ts';

const seen = (version: string, clock: string, more: Partial<DeployReport> = {}) =>
  report('succeeded', {
    ...{ version, at: at(clock), startedAt: at(clock), source: 'metrics', unannounced: true },
    ...more,
  });
const said = (version: string, clock: string, more: Partial<DeployReport> = {}) =>
  report('succeeded', { version, at: at(clock), ...more });

describe('an unannounced deploy', () => {
  it('is watched from when its version was first seen, and says what ran before', () => {
    const { when } = story();
    const decision = when(at('12:06'), seen('v2', '12:00', { previousVersion: 'v1' }));
    expect(decision.deploys).toMatchObject([
      {
        ...{ version: 'v2', previousVersion: 'v1', unannounced: true, startedAt: NOON, finishedAt: NOON },
        watch: { state: 'watching', baseline: { to: NOON }, window: { from: at('12:01') } },
      },
    ]);
    expect(kinds(decision)).toContain('look');
  });

  it('is the deploy that its sender reports later, and then unannounced no more', () => {
    const { when, deploys } = story();
    when(at('12:06'), seen('v2', '12:00'));
    const later = when(at('12:08'), said('v2', '12:08', { id: '7', actor: 'noor', startedAt: at('11:59') }));
    expect(deploys()).toMatchObject([
      { version: 'v2', actor: 'noor', startedAt: at('11:59'), parts: [{ source: 'deploy' }] },
    ]);
    expect(deploys()[0]).not.toHaveProperty('unannounced');
    expect(kinds(later)).toEqual(['announceDeploy']);
    when(at('12:09'), said('v2', '12:09', { id: '8', part: 'us' }));
    expect(deploys()).toMatchObject([{ parts: [{ name: 'all' }, { name: 'us' }] }]);
  });

  it.each<[string, DeployReport]>([
    ['writes the version otherwise', said('2', '12:08')],
    [
      'knows the artefact',
      said('9f2d41c07b3e', '12:08', { artifact: 'pkg:oci/checkout@sha256%3A0b3?tag=v2' }),
    ],
    [
      'calls the environment otherwise',
      said('v2', '12:08', { environment: 'eu', environmentTier: 'production' }),
    ],
    ['tells of a rollout that took half an hour', said('v2', '12:30', { startedAt: at('11:58') })],
  ])('is the one that its sender reports later, also when the sender %s', (_, later) => {
    const { when, deploys } = story();
    when(at('12:06'), seen('v2', '12:00'));
    when(later.at, later);
    expect(deploys()).toMatchObject([{ version: later.version, environment: later.environment }]);
    expect(deploys()[0]).not.toHaveProperty('unannounced');
  });

  it.each([
    ['14 minutes', '12:14'],
    ['25 minutes', '12:25'],
    ['hours', '18:00'],
  ])(
    'keeps its beginning, thread and watch when its sender reports only that it succeeded, %s later',
    (_, clock) => {
      const { when, deploys } = story();
      when(at('12:06'), seen('v2', '12:00'));
      const [first] = deploys();
      when(at(clock), said('v2', clock, { actor: 'noor' }));
      expect(deploys()).toMatchObject([
        {
          id: first?.id,
          startedAt: NOON,
          actor: 'noor',
          watch: { state: 'watching', baseline: { to: NOON } },
        },
      ]);
      expect(deploys()[0]).not.toHaveProperty('unannounced');
    },
  );

  it.each<[string, DeployReport[], DeployReport]>([
    ['staging', [], said('v2', '12:20', { environment: 'staging' })],
    ['another one that was deployed since', [said('v3', '12:20')], said('v2', '12:40')],
    ['one that began later, as its sender says', [], said('v2', '13:00', { startedAt: at('12:55') })],
    ['one whose rollout begins later', [], report('started', { version: 'v2', at: at('12:30') })],
    [
      'another watched environment, where its own is known',
      [said('v1', '10:00')],
      said('v2', '15:00', { environment: 'eu', environmentTier: 'production' }),
    ],
  ])('is another one than that of %s', (_, events, later) => {
    const { when, deploys } = story();
    const all = [...events, seen('v2', '12:00')].toSorted((a, b) => a.at - b.at);
    for (const event of all) when(event.at, event);
    when(later.at, later);
    expect(deploys()).toHaveLength(all.length + 1);
    expect(deploys().filter(({ unannounced }) => unannounced)).toHaveLength(1);
  });

  it('is another one than that of a day later', () => {
    const { when, deploys } = story();
    when(at('12:06'), seen('v2', '12:00'));
    const later = NOON + 25 * HOUR;
    when(later, report('succeeded', { version: 'v2', at: later }));
    expect(deploys()).toHaveLength(2);
  });

  it('is none when its announcement came in while it was on its way', () => {
    const { when, deploys } = story();
    when(at('12:05'), said('2.0.0', '12:01'));
    expect(when(at('12:05'), seen('v2.0.0', '12:00')).deploys).toEqual([]);
    expect(deploys()).toHaveLength(1);
  });

  it('is none when the announcement of a slow rollout came in while it was on its way', () => {
    const { when, deploys } = story();
    when(at('12:45'), said('2.0.0', '12:40'));
    expect(when(at('12:45'), seen('v2.0.0', '12:00')).deploys).toEqual([]);
    expect(deploys()).toHaveLength(1);
  });

  it('whose version was replaced by another deploy before it was told is told, and not watched', () => {
    const { when } = story();
    when(at('12:04'), said('v3', '12:04'));
    const late = when(at('12:05'), seen('v2', '12:00'));
    expect(late.deploys).toMatchObject([
      { version: 'v2', watch: { state: 'superseded', supersededBy: 'v3' } },
    ]);
    expect(kinds(late)).toEqual(['announceDeploy']);
  });

  it('is judged from history when the next deploy came after its watch', () => {
    const { when } = story();
    when(at('13:00'), said('v3', '13:00'));
    const late = when(at('13:05'), seen('v2', '12:00'));
    expect(late.deploys).toMatchObject([{ version: 'v2', watch: { state: 'watching' } }]);
    expect(kinds(late)).toEqual(['announceDeploy', 'look']);
  });

  it('ends the watch of the one before; put back within minutes, it is a rollback of its own', () => {
    const { when, deploys } = story();
    when(at('11:55'), said('v1', '11:55'));
    when(at('12:05'), seen('v2', '12:00'));
    when(at('12:08'), seen('v1', '12:03', { rollback: true, previousVersion: 'v2' }));
    expect(deploys().map(({ version, rollback, watch }) => [version, rollback, watch?.state])).toEqual([
      ['v1', undefined, 'superseded'],
      ['v2', undefined, 'superseded'],
      ['v1', true, 'watching'],
    ]);
    when(at('12:09'), said('v1', '12:04'));
    expect(deploys()).toHaveLength(3);
    expect(deploys()[2]).not.toHaveProperty('unannounced');
  });
});

describe('a version that the metrics show', () => {
  const sighting = (clock: string, more = {}) => ({ version: 'v2', firstAt: at(clock), ...more });
  const given = (...events: DeployReport[]) => {
    const { when, deploys } = story();
    for (const event of events) when(event.at, event);
    return deploys().toSorted((a, b) => b.startedAt - a.startedAt);
  };
  const known = { environment: 'production', names: ['v1', 'v2'] };

  it.each<[string, boolean, DeployReport[], ReturnType<typeof sighting>]>([
    ['by nobody', false, [said('v1', '10:00')], sighting('12:00')],
    ['seconds before', true, [said('v2', '11:59:50')], sighting('12:00')],
    ['minutes after', true, [said('v2', '12:04')], sighting('12:00')],
    ['by one who writes it otherwise', true, [said('2', '12:00')], sighting('12:00')],
    [
      'for another environment at that time',
      true,
      [said('v2', '11:55', { environment: 'staging' })],
      sighting('12:00'),
    ],
    [
      'for another environment an hour ago',
      false,
      [said('v2', '11:00', { environment: 'staging' })],
      sighting('12:00'),
    ],
    [
      'as what was deployed last, an hour before it came up',
      true,
      [said('v1', '10:00'), said('v2', '11:00')],
      sighting('12:00'),
    ],
    ['before another one was deployed', false, [said('v2', '10:00'), said('v1', '11:00')], sighting('12:00')],
    [
      'by a rollout that is still under way',
      true,
      [report('started', { version: 'v2', at: at('11:10') })],
      sighting('12:00'),
    ],
    ['before it went away', false, [said('v2', '11:57')], sighting('12:00', { goneAt: at('11:58') })],
    ['after it went away', true, [said('v2', '11:59')], sighting('12:00', { goneAt: at('11:58') })],
    ['by a name that the metrics never show', true, [said('build-881', '12:01')], sighting('12:00')],
    [
      'by a name that the metrics never show, an hour before',
      false,
      [said('build-881', '11:00')],
      sighting('12:00'),
    ],
    [
      'long after it was first seen, when the rollout was through',
      true,
      [said('v2', '12:40')],
      sighting('12:00'),
    ],
    [
      'for another environment, long after it was first seen',
      false,
      [said('v2', '12:40', { environment: 'staging' })],
      sighting('12:00'),
    ],
    ['by nobody, while another version was', false, [said('v1', '11:58')], sighting('12:00')],
  ])('is announced %s: %s', (_, expected, events, one) => {
    expect(isAnnounced(one, given(...events), known)).toBe(expected);
  });

  it('belongs to the environment that was watched last, else to the first that is watched', () => {
    expect(environmentSeen([], ['live', 'prod'])).toBe('live');
    const deploys = given(
      said('v1', '10:00', { environment: 'eu', environmentTier: 'production' }),
      said('v1', '11:00', { environment: 'staging' }),
    );
    expect(environmentSeen(deploys, ['production'])).toBe('eu');
  });

  it.each<[string, string, boolean]>([
    ['v1.4.2', '1.4.2', true],
    ['V1.4.2', 'v1.4.2', true],
    ['9f2d41c', '9f2d41c07b3e5a6188d0c4e2f7a1b3c5d7e9f012', true],
    ['v1.4.2', 'v1.4.20', false],
    ['20261125', '2026112507', false],
    ['9f2d41', '9f2d41c07b3e', false],
    ['victor', 'ictor', false],
  ])('%s and %s: the same is %s', (a, b, expected) => {
    expect(isSameVersion(a, b)).toBe(expected);
    expect(isSameVersion(b, a)).toBe(expected);
  });
});
