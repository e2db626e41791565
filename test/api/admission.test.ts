import { afterEach, describe, expect, it } from 'vitest';
import { createAdmission, type RateLimit } from '#api/admission.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { TokenBuckets } from '#runtime/token-buckets.ts';
import { at } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { TOKENS } from './door.ts';

const databases: Awaited<ReturnType<typeof freshDatabase>>[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) await database.close();
});

const CI = 'Bearer token-of-ci';

/** Who comes, at seconds after noon. */
async function door(limit: Partial<RateLimit> = {}) {
  const database = await freshDatabase();
  databases.push(database);
  let now = at('12:00');
  const store = database.store();
  const admission = createAdmission(
    TOKENS,
    { perMinute: 60, burst: 3, failures: 5, ...limit },
    { store, clock: { now: () => now, sleep: async () => undefined } },
  );
  return {
    store,
    admission,
    wait: (seconds: number) => {
      now += seconds * SECOND;
    },
    come: (authorization: string | undefined = CI, ip = '192.0.2.1') => {
      const admitted = admission.admit({ headers: { authorization }, ip });
      if (admitted.ok) return { status: 200, who: admitted.caller.name, headers: admitted.headers };
      const { status, headers = {}, body } = admitted.reply;
      return { status, headers, body };
    },
  };
}

describe('how often a token may ask', () => {
  it('is told with every answer, and comes back with time', async () => {
    const { come, wait } = await door();
    expect(come()).toMatchObject({
      ...{ status: 200, who: 'ci' },
      headers: { 'ratelimit-policy': '"requests";q=3;w=3', ratelimit: '"requests";r=2;t=1' },
    });
    expect(come().headers.ratelimit).toBe('"requests";r=1;t=2');
    expect(come().headers.ratelimit).toBe('"requests";r=0;t=3');
    const refused = come();
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1', ratelimit: '"requests";r=0;t=3' },
      body: { type: '/problems/rate-limited', detail: 'The token of ci has asked too often.' },
    });
    wait(1);
    expect([come().status, come().status]).toEqual([200, 429]);
    wait(60);
    expect([1, 2, 3, 4].map(() => come().status)).toEqual([200, 200, 200, 429]);
  });

  it('is each token’s own, wherever it comes from', async () => {
    const { come } = await door();
    for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) come(CI, ip);
    expect(come(CI, '192.0.2.4').status).toBe(429);
    expect(come('Bearer token-of-investigator', '192.0.2.4').status).toBe(200);
  });

  it('lets a minute’s worth through, at whatever pace they come', async () => {
    const { come, wait } = await door({ perMinute: 600, burst: 100 });
    let taken = 0;
    for (let tenth = 0; tenth < 600; tenth += 1) {
      for (let i = 0; i < 5; i += 1) if (come().status === 200) taken += 1;
      wait(0.1);
    }
    expect(taken).toBeGreaterThanOrEqual(699);
    expect(taken).toBeLessThanOrEqual(700);
  });
});

describe('whoever guesses at tokens', () => {
  it('is not heard for a while, not even with a right one', async () => {
    const { come, wait } = await door();
    const guesses = [1, 2, 3, 4, 5, 6].map((n) => come(`Bearer guess-${n}`).status);
    expect(guesses).toEqual([401, 401, 401, 401, 401, 429]);
    expect(come()).toMatchObject({
      ...{ status: 429, headers: { 'retry-after': '12' } },
      body: { detail: 'Too many wrong tokens came from this address.' },
    });
    expect(come(CI, '192.0.2.2').status).toBe(200);
    wait(12);
    expect(come().status).toBe(200);
  });

  it('has one address, whichever of a network of IPv6 it takes', async () => {
    const { come } = await door();
    for (let i = 1; i <= 5; i += 1) come('Bearer guess', `2001:db8:0:7:${i}::1`);
    expect(come(CI, '2001:db8:0:7::99').status).toBe(429);
    expect(come(CI, '2001:db8:0:8::99').status).toBe(200);
  });
});

it('remembers a bounded number of those who came, and forgets the quietest first', () => {
  const buckets = new TokenBuckets({ perMinute: 1, burst: 1 }, 1000);
  for (let i = 0; i < 50_000; i += 1) {
    buckets.take(`address ${i}`, i);
    if (i % 100 === 0) buckets.take('the loud one', i);
  }
  expect(buckets.size).toBe(1000);
  expect(buckets.look('the loud one', 50_000).isAllowed).toBe(false);
  expect(buckets.look('address 1', 50_000).isAllowed).toBe(true);
  expect(buckets.look('the loud one', 49_900 + 2 * MINUTE).isAllowed).toBe(true);
});

it('puts on record who was refused for a scope, and nothing where it was enough', async () => {
  const { admission, store } = await door();
  const caller = { name: 'ci', scopes: ['read'] } as const;
  expect((await admission.allow(caller, 'read', 'GET /api/v1/flags')).ok).toBe(true);
  expect(await admission.allow(caller, 'write', 'POST /api/v1/incidents')).toMatchObject({
    problem: { code: 'scope-missing', what: 'The token of ci has the scope read; this needs write.' },
  });
  expect(await store.audit.list(10)).toEqual([
    {
      ...{ at: at('12:00'), by: { kind: 'machine', name: 'ci' }, what: 'refused' },
      subject: 'POST /api/v1/incidents',
      detail: 'The token of ci has the scope read; this needs write.',
    },
  ]);
});
