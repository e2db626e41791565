import { describe, expect, it } from 'vitest';
import { flags } from '#ingest/flags.ts';
import { byOurClock } from '#ingest/wire.ts';

const AT = Date.UTC(2026, 10, 24, 12, 0, 30);

const parse = (json: unknown, at = AT) => flags.parse({ headers: {}, json, at });

function one(json: unknown, at = AT) {
  const parsed = parse(json, at);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const [first] = parsed.events;
  if (first === undefined) throw new Error(parsed.ignored);
  return first;
}

const keyOf = (json: object, at = AT) => one(json, at).dedupeKey;

describe('a flag change in our own words', () => {
  it('says of a flag who has it, where, since when, and by whom', () => {
    const body = {
      ...{ flag: 'new-checkout', service: 'checkout', environment: 'staging', percent: 10, id: 'c-17' },
      ...{
        at: '2026-11-24T12:59:00+01:00',
        url: 'https://flags.example/c-17',
        actor: 'noor',
        project: 'shop',
      },
    };
    expect(one(body).event).toEqual({
      type: 'flagReport',
      source: 'flags',
      flag: 'new-checkout',
      project: 'shop',
      hints: { service: 'checkout', application: 'shop', environment: 'staging' },
      environment: 'staging',
      share: 0.1,
      at: Date.UTC(2026, 10, 24, 11, 59),
      url: 'https://flags.example/c-17',
      actor: 'noor',
    });
  });

  it('needs no more than the flag’s name: then it happened now, in production, and how many have it is not told', () => {
    const { event } = one({ flag: 'new-checkout' });
    expect(event).toMatchObject({ environment: 'production', at: AT });
    expect(event).not.toHaveProperty('share');
  });

  it.each([
    [{ share: 0.01 }, 0.01],
    [{ percent: 1 }, 0.01],
    [{ percent: 29 }, 0.29],
    [{ enabled: true }, 1],
    [{ enabled: false }, 0],
    [{ enabled: true, share: 0.1 }, 0.1],
    [{ enabled: true, percent: 0 }, 0],
    [{ enabled: false, percent: 0 }, 0],
    [{ share: 0.07, percent: 7 }, 0.07],
  ])('%j means a share of %d', (told, share) => {
    expect(one({ flag: 'x', ...told }).event).toMatchObject({ share });
  });

  it.each([
    [{ enabled: false, share: 0.1 }, 'share', /enabled: false.*share: 0\.1/],
    [{ enabled: false, percent: 10 }, 'percent', /enabled: false.*percent: 10/],
    [{ share: 0.1, percent: 1 }, 'percent', /share: 0\.1.*percent: 1/],
  ])('%j contradicts itself, and both are named', (told, where, what) => {
    expect(parse({ flag: 'x', ...told })).toMatchObject({
      ok: false,
      problems: [{ code: 'body-invalid', where, what: expect.stringMatching(what) }],
    });
  });

  it('is told all that is wrong at once, each with its field', () => {
    const body = {
      ...{ flag: ' ', enabled: false, share: 0.5, percent: 101, at: '2030-01-01T00:00:00Z' },
      ...{ url: 'javascript:alert(1)', rollout: 10 },
    };
    const parsed = parse(body);
    expect(parsed.ok ? [] : parsed.problems.map(({ where }) => where).toSorted()).toEqual(
      ['at', 'flag', 'percent', 'rollout', 'share', 'url'].toSorted(),
    );
  });

  it.each([
    [{}, 'flag'],
    [{ flag: 'x', share: 10 }, 'share'],
    [{ flag: 'x', share: '0.1' }, 'share'],
    [{ flag: 'x', percent: -1 }, 'percent'],
    [{ flag: 'x', enabled: 'true' }, 'enabled'],
    [{ flag: 'x', at: 'yesterday' }, 'at'],
    [{ flag: 'x', at: '1960-01-01T00:00:00Z' }, 'at'],
    [[], 'the body'],
    [null, 'the body'],
  ])('%j is refused at its field', (body, where) => {
    expect(parse(body)).toMatchObject({ ok: false, problems: [{ where }] });
  });

  it('sent again is the same change, by its id or else by its time', () => {
    const later = AT + 60_000;
    const on = { flag: 'x', service: 'checkout', enabled: true };
    const timed = { ...on, at: '2026-11-24T11:59:00Z' };
    expect(keyOf(timed, later)).toBe(keyOf(timed));
    expect(keyOf({ ...on, id: '1' }, later)).toBe(keyOf({ ...on, id: '1' }));
    expect(keyOf({ flag: 'x' }, AT + 1000)).toBe(keyOf({ flag: 'x' }));
    const others = [
      ...[{ flag: 'y' }, { service: 'cart' }, { environment: 'staging' }, { project: 'shop' }],
      ...[{ enabled: false }, { at: '2026-11-24T11:59:01Z' }],
    ].map((other) => keyOf({ ...timed, ...other }));
    expect(new Set([keyOf(timed), ...others]).size).toBe(others.length + 1);
    expect(keyOf({ ...on, id: '2' })).not.toBe(keyOf({ ...on, id: '1' }));
  });

  it('is not lost where a flag goes on, off and on again within a minute', () => {
    const toggle = (enabled: boolean, seconds: number) => keyOf({ flag: 'x', enabled }, AT + seconds * 1000);
    const timed = (enabled: boolean, second: number) =>
      keyOf({ flag: 'x', enabled, at: `2026-11-24T11:59:0${second}Z` });
    expect(new Set([toggle(true, 0), toggle(false, 5), toggle(true, 10)]).size).toBe(3);
    expect(new Set([timed(true, 0), timed(false, 5), timed(true, 9)]).size).toBe(3);
  });

  it('that a clock ahead of ours calls later than now happened now', () => {
    const { event } = one({ flag: 'x', at: '2026-11-24T12:30:00Z' });
    expect(byOurClock(event, AT)).toEqual({ ...event, at: AT });
    expect(byOurClock(one({ flag: 'x', at: '2026-11-24T11:30:00Z' }).event, AT)).toMatchObject({
      at: Date.UTC(2026, 10, 24, 11, 30),
    });
  });
});
