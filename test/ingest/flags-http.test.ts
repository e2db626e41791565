import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flags } from '#ingest/flags.ts';
import { darklyEntry, FLAG_EXAMPLES, served, smithEvent, smithState, unleashEvent } from './flag-bodies.ts';
import { type FrontDoor, openFrontDoor, TOKENS } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(() => door.close());
afterEach(() => expect(door.errors).toEqual([]));

async function post(body: object, headers: Record<string, string> = {}) {
  const response = await door.post('flags', JSON.stringify(body), headers);
  return { status: response.status, ...((await response.json()) as object) };
}

describe('over HTTP a change of a flag', () => {
  it.each(FLAG_EXAMPLES.changes)('is taken, once however often it is told', async ({ body }) => {
    expect(await post(body)).toEqual({
      status: 202,
      accepted: [{ id: expect.any(Number), duplicate: false }],
    });
    expect(await post(body)).toEqual({
      status: 202,
      accepted: [{ id: expect.any(Number), duplicate: true }],
    });
  });

  it('is kept as a rollout of the service that is named', async () => {
    await post({ flag: 'quick-pay', service: 'checkout', percent: 1, id: 'first' });
    await post({ flag: 'quick-pay', service: 'checkout', percent: 10, id: 'second' });
    await door.drain();
    const [rollout, ...others] = await door.store.flags.recent({ flag: 'quick-pay', limit: 5 });
    expect(others).toEqual([]);
    expect(rollout).toMatchObject({ service: 'checkout', steps: [{ share: 0.01 }, { share: 0.1 }] });
  });

  it('that goes on, off and on again at once is three changes', async () => {
    for (const enabled of [true, false, true]) await post({ flag: 'flicker', service: 'checkout', enabled });
    await door.drain();
    const [rollout] = await door.store.flags.recent({ flag: 'flicker', limit: 1 });
    expect(rollout?.steps.map(({ share }) => share)).toEqual([1, 0, 1]);
  });

  it.each(FLAG_EXAMPLES.nothing)('that changes nothing is taken, and why is told', async ({ body }) => {
    expect(await post(body)).toEqual({
      status: 202,
      accepted: [],
      ignored: expect.stringMatching(/\w.*\.$/),
    });
  });

  it('is read as our own where it is nobody’s or several’s, so that what is wrong is told', async () => {
    const missing = expect.objectContaining({ where: 'flag' });
    const strange = expect.objectContaining({ what: expect.stringMatching(/nrecognized/) });
    const ours = { problems: expect.arrayContaining([missing, strange]) };
    const smith = smithEvent('FLAG_UPDATED', { new_state: smithState(true) });
    const both = { ...smith, ...unleashEvent('feature-environment-enabled') };
    expect(await post({ toggle: 'new-checkout', on: true })).toMatchObject({ status: 400, ...ours });
    expect(await post(both)).toMatchObject({ status: 400, ...ours });
    const named = { flag: 'new-checkout', ...smith };
    expect(await post(named)).toMatchObject({ status: 400, problems: [{ where: 'data' }] });
  });
});

describe('a sender of flags proves itself', () => {
  const body = darklyEntry('updateOn', [served({ on: false }), served()]);
  const text = Buffer.from(JSON.stringify(body));
  const signed = (key: string = TOKENS.flags) => createHmac('sha256', key).update(text).digest('hex');
  const sent = async (headers: Record<string, string>) => {
    const request = { method: 'POST', headers, body: new Uint8Array(text) };
    return (await fetch(`${door.url}/webhooks/flags`, request)).status;
  };

  it.each([
    ['a bearer token', { authorization: `Bearer ${TOKENS.flags}` }],
    ['the bare token, as it may be typed at Unleash', { authorization: TOKENS.flags }],
    ['LaunchDarkly’s signature', { 'x-ld-signature': signed() }],
    ['Flagsmith’s signature', { 'x-flagsmith-signature': signed() }],
    ['both', { 'x-ld-signature': signed(), authorization: `Bearer ${TOKENS.flags}` }],
  ])('by %s', async (_, headers) => {
    expect(await sent(headers as Record<string, string>)).toBe(202);
  });

  it.each([
    ['nothing', {}],
    ['an empty token', { authorization: '' }],
    ['another token', { authorization: 'Bearer other' }],
    ['another bare token', { authorization: 'other' }],
    ['a signature by another secret', { 'x-ld-signature': signed('other') }],
    ['a signature of another form', { 'x-flagsmith-signature': `sha256=${signed()}` }],
    [
      'a signature that does not hold beside a token',
      { 'x-ld-signature': '', authorization: `Bearer ${TOKENS.flags}` },
    ],
    [
      'one of two signatures that does not hold',
      { 'x-ld-signature': signed(), 'x-flagsmith-signature': signed('other') },
    ],
    ['a signature in another’s header', { 'x-signature': `sha256=${signed()}` }],
  ])('and not by %s', async (_, headers) => {
    expect(await sent(headers as Record<string, string>)).toBe(401);
  });
});

describe('a body of any kind', () => {
  const bodies = [...FLAG_EXAMPLES.changes, ...FLAG_EXAMPLES.nothing].map(({ body }) => body);
  // Each field may hold anything, below the fields by which the kind is known too.
  const broken = fc
    .tuple(fc.constantFrom(...bodies), fc.nat(), fc.jsonValue({ maxDepth: 3 }))
    .map(([body, place, value]) => {
      const text = JSON.stringify(body);
      const fields = [...text.matchAll(/"(\w+)":/g)];
      const field = fields[place % fields.length]?.[1] ?? '';
      return JSON.parse(text, (name, inner) => (name === field ? value : inner)) as unknown;
    });

  it('never throws, and gives a share between none and all', () => {
    fc.assert(
      fc.property(broken, (json) => {
        const parsed = flags.parse({ headers: {}, json, at: Date.UTC(2026, 10, 24, 12) });
        if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { event } of parsed.ok ? parsed.events : []) {
          if (event.type !== 'flagReport') throw new Error(event.type);
          const { flag, environment, share = 0, at } = event;
          expect(flag.length * environment.length).toBeGreaterThan(0);
          expect(share >= 0 && share <= 1 && Number.isSafeInteger(at)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
