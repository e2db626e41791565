import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '#domain/time.ts';
import { at, CATALOG } from '../domain/given.ts';
import { openSite, type Site, TOKEN } from './site.ts';

let site: Site;
let now = at('12:00');
beforeAll(async () => {
  site = await openSite({ catalog: CATALOG, now: () => now });
});
afterAll(() => site.close());
beforeEach(() => {
  now += 10 * MINUTE;
});

async function signIn(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${site.url}/pages/sign-in`, {
    ...{ method: 'POST', redirect: 'manual' },
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
  const cookie = response.headers.get('set-cookie') ?? '';
  return {
    status: response.status,
    location: response.headers.get('location'),
    cookie,
    body: await response.text(),
  };
}
const session = async () => (await signIn({ token: TOKEN })).cookie.split(';')[0] ?? '';

describe('whoever is not signed in', () => {
  it.each([
    '/pages',
    '/pages/services/checkout?last=3600',
    '/pages/coverage',
    '/pages/incidents/INC-1',
    '/pages/charts/s_1/light.svg',
  ])('is asked to, and comes back to %s', async (path) => {
    const { status, headers, body } = await site.get(path, {});
    expect([status, body]).toEqual([303, '']);
    expect(headers.get('location')).toBe(`/pages/sign-in?to=${encodeURIComponent(path)}`);
  });

  it('reads nothing with a wrong, a forged or an old session', async () => {
    const cookie = await session();
    const forged = cookie.replace(/=(\d+)/, (_, until: string) => `=${Number(until) + 1}`);
    for (const wrong of [forged, 'bellbuoy_pages=x', `bellbuoy_pages=${TOKEN}`, `${cookie}x`])
      expect((await site.get('/pages', { cookie: wrong })).status, wrong).toBe(303);
    expect((await site.get('/pages', { cookie })).status).toBe(200);
    now += 31 * DAY;
    expect((await site.get('/pages', { cookie })).status).toBe(303);
  });

  it('can ask with the token itself, as programs do', async () => {
    expect((await site.get('/pages')).status).toBe(200);
    expect((await site.get('/pages', { authorization: 'Bearer wrong' })).status).toBe(303);
  });
});

describe('signing in', () => {
  it('sets a cookie that no script and no other site can use, and that does not hold the token', async () => {
    const { status, location, cookie } = await signIn({ token: TOKEN, to: '/pages/coverage' });
    expect([status, location]).toEqual([303, '/pages/coverage']);
    expect(cookie).toMatch(
      /^bellbuoy_pages=\d+\.[\w-]+; Path=\/pages; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
    );
    expect(cookie).not.toContain(TOKEN);
  });

  it('with another token says so, and does not', async () => {
    const { status, cookie, body } = await signIn({ token: 'guess' });
    expect([status, cookie]).toEqual([403, '']);
    expect(body).toContain('That is not the token.');
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/api/v1/status',
    '/pages/../x//y',
    'javascript:alert(1)',
  ])('never leads elsewhere: %s', async (to) => {
    expect((await signIn({ token: TOKEN, to })).location).toBe('/pages');
  });

  it('is not done by a form of another site', async () => {
    const { status, cookie } = await signIn({ token: TOKEN }, { 'sec-fetch-site': 'cross-site' });
    expect([status, cookie]).toEqual([403, '']);
  });

  it('is not tried for ever', async () => {
    const tries = [];
    for (let i = 0; i < 12; i += 1) tries.push((await signIn({ token: 'guess' })).status);
    expect(tries.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
    now += MINUTE;
    expect((await signIn({ token: TOKEN })).status).toBe(303);
  });
});

describe('behind a proxy that signs people in', () => {
  const access = { proxyHeader: 'X-Forwarded-User', isSecure: true };

  it('whom a trusted proxy names may read', async () => {
    const behind = await openSite({ catalog: CATALOG, now: () => now, access, proxies: ['loopback'] });
    expect((await behind.get('/pages', { 'x-forwarded-user': 'rae' })).status).toBe(200);
    expect((await behind.get('/pages', {})).status).toBe(403);
    expect((await behind.get('/pages', { 'x-forwarded-user': ' ' })).status).toBe(403);
    await behind.close();
  });

  it('nobody is believed who is no trusted proxy', async () => {
    const open = await openSite({ catalog: CATALOG, now: () => now, access });
    expect((await open.get('/pages', { 'x-forwarded-user': 'rae' })).status).toBe(403);
    await open.close();
  });
});

it('without a token and a proxy there are no pages', async () => {
  const none = await openSite({ catalog: CATALOG, now: () => now, access: { isSecure: false } });
  expect((await none.get('/pages')).status).toBe(404);
  await none.close();
});
