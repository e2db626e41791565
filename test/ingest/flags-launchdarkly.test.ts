import { describe, expect, it } from 'vitest';
import { flags } from '#ingest/flags.ts';
import { darklyEntry, darklyFlag, percent, served } from './flag-bodies.ts';

const AT = Date.UTC(2026, 10, 24, 12);

const parse = (json: unknown) => flags.parse({ headers: {}, json, at: AT });

function all(json: unknown) {
  const parsed = parse(json);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.events;
}

function one(json: unknown) {
  const [first, ...more] = all(json);
  if (first === undefined || more.length > 0) throw new Error('not one change');
  return first;
}

/** The flag turned on in production with this configuration. */
const turnedOn = (config: object, flag: object = {}) =>
  darklyEntry('updateOn', [served({ on: false }), served(config)], {
    currentVersion: darklyFlag({ production: served(config) }, flag),
  });

describe('what LaunchDarkly says of a flag', () => {
  it('is told whole: turned on for 10 % of production', () => {
    expect(one(turnedOn({ fallthrough: percent(10) })).event).toEqual({
      type: 'flagReport',
      source: 'launchdarkly',
      flag: 'new-checkout',
      project: 'shop',
      hints: { application: 'shop', environment: 'production' },
      environment: 'production',
      share: 0.1,
      at: Date.UTC(2026, 10, 24, 11, 59),
      url: 'https://app.launchdarkly.com/shop/production/features/new-checkout',
      actor: 'Noor Example',
    });
  });

  it('is off for all once it is turned off', () => {
    const off = darklyEntry('updateOn', [served({ fallthrough: percent(10) }), served({ on: false })]);
    expect(one(off).event).toMatchObject({ share: 0 });
  });

  const saysTwo = { kind: 'multivariate', variations: [{ value: 'new' }, { value: 'old' }] };
  const saysThree = { kind: 'multivariate', variations: [{ value: 'a' }, { value: 'old' }, { value: 'b' }] };
  const three = (a: number, b: number) => ({
    rollout: {
      variations: [
        { variation: 0, weight: a * 1000 },
        { variation: 1, weight: (100 - a - b) * 1000 },
        { variation: 2, weight: b * 1000 },
      ],
    },
  });

  it.each([
    ['all', { fallthrough: { variation: 0 } }, {}, 1],
    ['nobody', { fallthrough: { variation: 1 } }, {}, 0],
    ['a thousandth of a percent', { fallthrough: percent(0.001) }, {}, 0.000_01],
    ['as many by rules', { fallthrough: percent(10), rules: [{ clauses: [], ...percent(10) }] }, {}, 0.1],
    ['all, of two texts', { fallthrough: { variation: 0 } }, saysTwo, 1],
    ['10 %, of two texts', { fallthrough: percent(10) }, saysTwo, 0.1],
    ['all, of three texts', { fallthrough: three(50, 50) }, saysThree, 1],
  ])('for %s is told so', (_, config, flag, share) => {
    expect(one(turnedOn(config, flag)).event).toMatchObject({ share });
  });

  it('knows a guarded rollout, in which the control variation has a weight of its own', () => {
    const guarded = {
      rollout: {
        experimentAllocation: { type: 'measuredRollout' },
        variations: [
          { variation: 0, weight: 20_000 },
          { variation: 1, weight: 20_000 },
          { variation: 1, weight: 60_000, untracked: true },
        ],
      },
    };
    expect(one(turnedOn({ fallthrough: guarded })).event).toMatchObject({ share: 0.2 });
  });

  it('counts who gets true, also of a flag that serves true when it is off', () => {
    const inverted = { offVariation: 0, fallthrough: percent(10) };
    expect(one(turnedOn(inverted)).event).toMatchObject({ share: 0.1 });
    const off = darklyEntry('updateOn', [served(inverted), served({ ...inverted, on: false })]);
    expect(one(off).event).toMatchObject({ share: 1 });
  });

  it.each([
    ['rules say otherwise than the rest', { rules: [{ clauses: [], variation: 0 }] }, {}],
    ['another flag must be on first', { prerequisites: [{ key: 'other', variation: 0 }] }, {}],
    ['several of its values are served', { fallthrough: three(10, 10) }, saysThree],
    ['nothing falls through', { fallthrough: null }, {}],
    ['its variations are not told', { fallthrough: percent(10) }, { variations: [] }],
    ['its weights are nothing', { fallthrough: { rollout: { variations: [] } } }, {}],
  ])('is for a share that is not known where %s', (_, config, flag) => {
    expect(one(turnedOn(config, flag)).event).not.toHaveProperty('share');
  });

  it('is a change in each environment that serves otherwise than before', () => {
    const after = {
      production: served({ fallthrough: percent(1) }),
      test: served({ fallthrough: { variation: 0 } }),
    };
    const body = darklyEntry('copyFlagConfigTo', [served(), served()], {
      previousVersion: darklyFlag({ production: served(), test: served(), staging: served() }),
      currentVersion: darklyFlag({ ...after, staging: served() }),
    });
    expect(all(body).map(({ event }) => event)).toMatchObject([
      { environment: 'production', share: 0.01 },
      { environment: 'test', share: 1 },
    ]);
    expect(new Set(all(body).map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
  });

  it('is found by its actions where the entry does not hold the flag before and after', () => {
    const bare = darklyEntry('updateFallthrough', [served(), served()], {
      ...{ previousVersion: undefined, currentVersion: undefined },
    });
    const { event } = one(bare);
    expect(event).toMatchObject({ flag: 'new-checkout', environment: 'production', project: 'shop' });
    expect(event).not.toHaveProperty('share');
  });

  it.each([
    ['updateTags', served(), served({ version: 5, lastModified: AT })],
    ['updateTargets', served(), served({ targets: [{ values: ['noor'], variation: 0 }] })],
    ['updateGlobalArchived', served(), served({ archived: true })],
    [
      'updateFlagRuleDescription',
      served({ rules: [{ description: 'a' }] }),
      served({ rules: [{ description: 'b' }] }),
    ],
    ['deleteFlag', served(), undefined],
  ])('%s does not change how many have it', (action, before, after) => {
    const currentVersion = after === undefined ? undefined : darklyFlag({ production: after });
    const body = darklyEntry(action, [before, before], { currentVersion });
    expect(parse(body)).toMatchObject({ ok: true, events: [], ignored: expect.stringContaining(action) });
  });

  it('is a change when it is new only where it is on', () => {
    const on = { production: served({ on: false }), test: served({ fallthrough: { variation: 0 } }) };
    const born = darklyEntry('createFlag', [served(), served()], {
      ...{ previousVersion: undefined, currentVersion: darklyFlag(on) },
    });
    expect(one(born).event).toMatchObject({ environment: 'test', share: 1 });
  });

  it.each(['environment', 'segment', 'project', 'member', 'ai-config'])(
    'of kind %s is none of a flag',
    (kind) => {
      expect(parse({ _id: '1', date: 1, accesses: [], kind })).toMatchObject({
        ...{ ok: true, events: [], ignored: expect.stringContaining(kind) },
      });
    },
  );

  it.each([
    [{ member: { email: 'noor@shop.example' } }, 'noor@shop.example'],
    [{ member: null, token: { name: 'rollout-robot' } }, 'rollout-robot'],
    [{ member: null }, undefined],
  ])('with %j was done by %s', (more, actor) => {
    const body = { ...turnedOn({}), ...more };
    expect(one(body).event).toMatchObject({ ...(actor === undefined ? {} : { actor }) });
    if (actor === undefined) expect(one(body).event).not.toHaveProperty('actor');
  });

  it.each([
    [
      { title: '[x](https://app.eu.launchdarkly.com/shop/x)' },
      'https://app.eu.launchdarkly.com/shop/production/features/new-checkout',
    ],
    [{ title: undefined }, 'https://app.launchdarkly.com/shop/production/features/new-checkout'],
    [
      { title: 'https://evil.example/' },
      'https://app.launchdarkly.com/shop/production/features/new-checkout',
    ],
  ])('with %j is at %s', (more, url) => {
    expect(one({ ...turnedOn({}), ...more }).event).toMatchObject({ url });
  });

  it('is one change however often it is sent', () => {
    const body = turnedOn({ fallthrough: percent(10) });
    expect(one({ ...body, description: 'Sent again' }).dedupeKey).toBe(one(body).dedupeKey);
    expect(one({ ...body, _id: '58' }).dedupeKey).not.toBe(one(body).dedupeKey);
  });

  it.each([
    [{ date: 0 }, 'date', /1970/],
    [{ date: AT * 1000 }, 'date', /future/],
    [{ date: '2026-11-24' }, 'date', /number/],
    [{ accesses: [] }, 'accesses', /1/],
    [
      {
        accesses: [{ action: 'updateOn', resource: 'proj/shop' }],
        currentVersion: darklyFlag({ production: served({ on: 'yes' }) }),
      },
      'currentVersion.environments.production.on',
      /boolean/,
    ],
    [
      { currentVersion: darklyFlag({ production: served({ fallthrough: percent(-1) }) }) },
      'currentVersion.environments.production.fallthrough.rollout.variations[0].weight',
      />=0/,
    ],
  ])('with %j is refused at %s', (more, where, words) => {
    const parsed = parse({ ...turnedOn({}), ...more });
    expect(parsed.ok ? [] : parsed.problems).toContainEqual(
      expect.objectContaining({ where, what: expect.stringMatching(words) }),
    );
  });
});
