import { describe, expect, it } from 'vitest';
import { flags } from '#ingest/flags.ts';
import { smithEvent, smithState, smithVariants } from './flag-bodies.ts';

const AT = Date.UTC(2026, 10, 24, 12);

const parse = (json: unknown, at = AT) => flags.parse({ headers: {}, json, at });

function one(json: unknown, at = AT) {
  const parsed = parse(json, at);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const [first] = parsed.events;
  if (first === undefined) throw new Error(parsed.ignored);
  return first;
}

const updated = (new_state: object, previous_state: object | undefined = smithState(false), more = {}) =>
  smithEvent('FLAG_UPDATED', { new_state, previous_state }, more);

const SEGMENT = { feature_segment: { segment: { id: 4, name: 'beta', description: '' }, priority: 0 } };

describe('what Flagsmith says of a flag', () => {
  it('is told whole: turned on in Production', () => {
    expect(one(updated(smithState(true))).event).toEqual({
      type: 'flagReport',
      source: 'flagsmith',
      flag: 'new-checkout',
      project: 'shop',
      hints: { application: 'shop', environment: 'production' },
      environment: 'production',
      share: 1,
      at: Date.UTC(2026, 10, 24, 11, 59, 0, 595),
      actor: 'noor@shop.example',
    });
  });

  it.each([
    ['off', smithState(false), 0],
    ['on with its one variant for 10 %', smithState(true, smithVariants(10)), 0.1],
    ['on with its one variant for nobody', smithState(true, smithVariants(0)), 0],
    ['off with a variant for 10 %', smithState(false, smithVariants(10)), 0],
  ])('that it is %s is told as a share', (_, state, share) => {
    const before = smithState(true, smithVariants(55));
    expect(one(updated(state, before)).event).toMatchObject({ share });
  });

  it.each([
    ['several variants', smithState(true, smithVariants(10, 20))],
    [
      'variants that are not told',
      smithState(true, { ...smithVariants(), multivariate_feature_state_values: undefined }),
    ],
    ['a setting for a segment', smithState(true, SEGMENT)],
    ['off for a segment', smithState(false, SEGMENT)],
  ])('with %s it is for a share that is not known', (_, state) => {
    expect(one(updated(state)).event).not.toHaveProperty('share');
  });

  it('is had by nobody once it is deleted', () => {
    const gone = smithEvent('FLAG_DELETED', { new_state: null, previous_state: smithState(true) });
    expect(one(gone).event).toMatchObject({ flag: 'new-checkout', share: 0 });
    const override = smithEvent('FLAG_DELETED', {
      new_state: null,
      previous_state: smithState(true, SEGMENT),
    });
    expect(one(override).event).not.toHaveProperty('share');
  });

  it.each([
    [
      'a setting for one identity',
      updated(smithState(true, { identity: 7, identity_identifier: 'noor' })),
      /identity/,
    ],
    ['another value', updated(smithState(true, { feature_state_value: 'red' }), smithState(true)), /value/],
    ['a new flag that is off', smithEvent('FLAG_UPDATED', { new_state: smithState(false) }), /new/],
    [
      'an entry of the audit log',
      smithEvent('AUDIT_LOG_CREATED', { log: 'Flag created' }),
      /AUDIT_LOG_CREATED/,
    ],
    ['a version', smithEvent('NEW_VERSION_PUBLISHED', { uuid: '1', feature_states: [] }), /FLAG_UPDATED/],
    ['no state at all', smithEvent('FLAG_DELETED', { new_state: null }), /no state/],
  ])('that is %s is taken and left alone', (_, body, words) => {
    expect(parse(body)).toMatchObject({ ok: true, events: [], ignored: expect.stringMatching(words) });
  });

  it('is one change, whether the environment’s webhook tells it or the organisation’s, however often', () => {
    const key = one(updated(smithState(true))).dedupeKey;
    expect(one(updated(smithState(true)), AT + 3_600_000).dedupeKey).toBe(key);
    expect(one(updated(smithState(true, SEGMENT))).dedupeKey).not.toBe(key);
    const later = { timestamp: '2026-11-24T11:59:00.595299Z' };
    expect(
      one(updated(smithState(true), undefined, { ...later, timestamp: '2026-11-24T11:59:01Z' })).dedupeKey,
    ).not.toBe(key);
    const elsewhere = { environment: { id: 24, name: 'Staging' } };
    expect(one(updated(smithState(true, elsewhere))).dedupeKey).not.toBe(key);
  });

  it('is not lost where Flagsmith tells no time, and a flag goes on, off and on again within a minute', () => {
    const toggle = (to: boolean, at: number) =>
      one(updated(smithState(to), smithState(!to), { timestamp: '' }), at).dedupeKey;
    expect(new Set([toggle(true, AT), toggle(false, AT + 5000), toggle(true, AT + 9000)]).size).toBe(3);
  });

  it('happened now where Flagsmith tells no time, and by nobody where it tells none', () => {
    const { event } = one(updated(smithState(true), undefined, { timestamp: '', changed_by: '' }));
    expect(event).toMatchObject({ at: AT });
    expect(event).not.toHaveProperty('actor');
  });

  it.each([
    [updated(smithState(true), undefined, { timestamp: '1969-01-01T00:00:00Z' }), 'data.timestamp', /1970/],
    [updated(smithState(true), undefined, { timestamp: 'soon' }), 'data.timestamp', /T10:00:00Z/],
    [updated({ ...smithState(true), enabled: 'yes' }), 'data.new_state.enabled', /boolean/],
    [updated({ ...smithState(true), environment: 23 }), 'data.new_state.environment', /object/],
    [updated(smithState(true, { feature: { id: 1 } })), 'data.new_state.feature.name', /string/],
  ])('is refused at the field that is wrong', (body, where, words) => {
    expect(parse(body)).toMatchObject({
      ok: false,
      problems: [{ where, what: expect.stringMatching(words) }],
    });
  });
});
