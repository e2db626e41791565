import { describe, expect, it } from 'vitest';
import { flags } from '#ingest/flags.ts';
import { unleashEvent, unleashStrategy } from './flag-bodies.ts';

const AT = Date.UTC(2026, 10, 24, 12);

const parse = (json: unknown, at = AT) => flags.parse({ headers: {}, json, at });

function one(json: unknown, at = AT) {
  const parsed = parse(json, at);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const [first] = parsed.events;
  if (first === undefined) throw new Error(parsed.ignored);
  return first;
}

const updated = (data: object, preData: object = unleashStrategy('1')) =>
  unleashEvent('feature-strategy-update', { data, preData });

describe('what Unleash says of a flag', () => {
  it('is told whole: a rollout raised to 10 % in production', () => {
    expect(one(updated(unleashStrategy('10'))).event).toEqual({
      type: 'flagReport',
      source: 'unleash',
      flag: 'new-checkout',
      project: 'shop',
      hints: { application: 'shop', environment: 'production' },
      environment: 'production',
      share: 0.1,
      at: Date.UTC(2026, 10, 24, 11, 59, 0, 549),
      actor: 'noor',
    });
  });

  it('is off for all where its environment is switched off', () => {
    expect(one(unleashEvent('feature-environment-disabled')).event).toMatchObject({ share: 0 });
  });

  it.each(['feature-environment-enabled', 'feature-strategy-remove', 'feature-environment-variants-updated'])(
    '%s changes who has it, and not how many is told',
    (type) => {
      const { event } = one(unleashEvent(type, { preData: unleashStrategy('10') }));
      expect(event).toMatchObject({ flag: 'new-checkout', environment: 'production' });
      expect(event).not.toHaveProperty('share');
    },
  );

  it('needs no data, which older versions leave out', () => {
    const { data, preData, tags, createdByUserId, ...bare } = unleashEvent('feature-environment-disabled');
    expect([data, preData, tags.length, createdByUserId]).toHaveLength(4);
    expect(one(bare).event).toMatchObject({ share: 0 });
  });

  it.each([
    [unleashStrategy('0'), 0],
    [unleashStrategy('2.5'), 0.025],
    [{ ...unleashStrategy(''), parameters: { rollout: 67 } }, 0.67],
    [{ name: 'default', parameters: {}, constraints: [] }, 1],
    [{ name: 'gradualRolloutUserId', parameters: { percentage: '25', groupId: 'x' } }, 0.25],
    [{ name: 'gradualRolloutRandom', parameters: { percentage: '50' } }, 0.5],
  ])('a strategy %j is for a share of %d', (data, share) => {
    expect(one(unleashEvent('feature-strategy-add', { data })).event).toMatchObject({ share });
  });

  it.each([
    ['that asks who somebody is', unleashStrategy('10', { constraints: [{ contextName: 'country' }] })],
    ['for a segment', unleashStrategy('10', { segments: [4] })],
    ['that is disabled', unleashStrategy('10', { disabled: true })],
    ['for some users', { name: 'userWithId', parameters: { userIds: 'a,b' } }],
    ['of one’s own making', { name: 'moon-phase', parameters: { rollout: '10' } }],
    ['without a percentage', unleashStrategy('')],
    ['with a percentage that is none', unleashStrategy('150')],
    ['that is not told', null],
  ])('a strategy %s is for a share that is not known', (_, data) => {
    expect(one(unleashEvent('feature-strategy-add', { data })).event).not.toHaveProperty('share');
  });

  it('is left alone where only the title of a strategy changed', () => {
    // In another order of its fields too, as Unleash has it.
    const renamed = Object.fromEntries(
      Object.entries(unleashStrategy('1', { title: 'Slowly', sortOrder: 9 })).toReversed(),
    );
    expect(parse(updated(renamed))).toMatchObject({
      ok: true,
      events: [],
      ignored: expect.stringMatching(/read/),
    });
    expect(one(updated(unleashStrategy('1', { variants: [{ name: 'blue' }] }))).event).toBeDefined();
  });

  it.each([
    ...[
      'feature-created',
      'feature-tagged',
      'feature-archived',
      'feature-stale-on',
      'feature-metadata-updated',
    ],
    ...['change-request-applied', 'strategy-created', 'segment-updated', 'user-created'],
  ])('%s is taken and left alone, also without a flag or environment', (type) => {
    expect(parse(unleashEvent(type, { featureName: null, environment: null }))).toMatchObject({
      ...{ ok: true, events: [], ignored: expect.stringContaining(type) },
    });
  });

  it('is one change however often it is sent, and another by another number', () => {
    const key = one(updated(unleashStrategy('10'))).dedupeKey;
    expect(one(updated(unleashStrategy('10')), AT + 3_600_000).dedupeKey).toBe(key);
    expect(one({ ...updated(unleashStrategy('10')), id: 921 }).dedupeKey).not.toBe(key);
    // Another Unleash may count from one too.
    const elsewhere = { ...updated(unleashStrategy('10')), createdAt: '2026-11-24T11:58:00Z' };
    expect(one(elsewhere).dedupeKey).not.toBe(key);
  });

  it.each([
    [{ createdAt: 'yesterday' }, 'createdAt', /2026-11-24T10:00:00Z/],
    [{ createdAt: '2031-01-01T00:00:00Z' }, 'createdAt', /future/],
    [{ featureName: null }, 'featureName', /string/],
    [{ environment: null }, 'environment', /string/],
  ])('with %j is refused at %s', (more, where, words) => {
    expect(parse(unleashEvent('feature-environment-enabled', more))).toMatchObject({
      ok: false,
      problems: [{ where, what: expect.stringMatching(words) }],
    });
  });

  it('is refused in the template that Unleash’s form suggests, which names no environment; what to do is told', () => {
    const template = {
      event: 'feature-strategy-update',
      createdBy: 'noor',
      featureToggle: 'flexibleRollout',
      timestamp: '',
    };
    expect(parse(template)).toMatchObject({
      ok: false,
      problems: [{ where: 'featureToggle', what: expect.stringMatching(/Body template/) }],
    });
  });
});
