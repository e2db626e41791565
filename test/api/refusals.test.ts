import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '#api/rest/routes.ts';
import { type Api, openApi, rollout, step } from './door.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());
afterEach(() => expect(api.errors).toEqual([]));

/** The problem of a refusal, with its status. */
async function refused(path: string, headers?: Record<string, string>) {
  const { status, body } = await api.get(path, headers);
  expect(body.problems).toHaveLength(1);
  return { status, ...body.problems[0] };
}

describe('a question that cannot be answered', () => {
  it.each([
    ['?limit=0', 'query limit', 'Expected a whole number from 1 to 100.'],
    ['?limit=101', 'query limit', 'Expected a whole number from 1 to 100.'],
    ['?limit=ten', 'query limit', 'Expected a whole number from 1 to 100.'],
    ['?limit=', 'query limit', 'Expected a whole number from 1 to 100.'],
    ['?cursor=abc', 'query cursor', 'Expected a `nextCursor` as it was given.'],
    ['?service=', 'query service', 'Expected a text.'],
    ['?service=checkout&service=ledger', 'query service', 'Expected it once.'],
    ['?sevice=checkout', 'query sevice', 'There is no such parameter; there are service, limit, cursor.'],
    ['?__proto__=1', 'query __proto__', 'There is no such parameter; there are service, limit, cursor.'],
    ['?service=chekout', 'query service', 'No service is called chekout; did you mean checkout?'],
  ])('names the parameter that is wrong: %s', async (query, where, what) => {
    expect(await refused(`/api/v1/flags${query}`)).toMatchObject({ status: 400, where, what });
  });

  it('about a flag that nobody knows names the nearest that is known', async () => {
    await api.store.flags.save(rollout('f1', [step(1, '12:00')], { flag: 'dark-mode' }));
    expect(await refused('/api/v1/flags/new-chekout')).toMatchObject({
      ...{
        status: 404,
        code: 'not-found',
        what: 'No flag is called new-chekout; did you mean new-checkout?',
      },
    });
    expect(await refused('/api/v1/flags/dark-mod')).toMatchObject({
      what: 'No flag is called dark-mod; did you mean dark-mode?',
    });
    expect(await refused('/api/v1/flags/one-click?service=ledger')).toMatchObject({
      ...{ status: 404, what: 'No flag is called one-click in ledger.' },
    });
    expect(await refused('/api/v1/rollouts/f77')).toMatchObject({
      ...{ status: 404, what: 'There is no rollout f77.' },
    });
  });

  it('at another path hears which there are, and with another method which is taken', async () => {
    const { what } = await refused('/api/v1/flagz');
    const known = operations(api.ports).map(({ method, path }) => `${method} ${path}`);
    expect(known).toContain('GET /api/v1/rollouts/{rollout}');
    expect(what).toBe(`Nothing is at /api/v1/flagz; there are ${known.join(', ')}.`);
    for (const path of ['/api/v1/flags', '/api/v1/flags/new-checkout', '/api/v1/flags/a%2Fb']) {
      const response = await fetch(`${api.url}${path}`, { method: 'DELETE' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect((await api.get('/api/v1/flags/')).status).toBe(400);
    expect((await api.get('/api/v1/flags/%zz')).status).toBe(400);
  });
});

describe('who may ask', () => {
  const paths = ['/api/v1/flags', '/api/v1/flags/new-checkout', '/api/v1/rollouts/f812'];

  it.each(paths)('%s is for those with a token only', async (path) => {
    for (const [authorization, what] of [
      ['', 'No bearer token was sent.'],
      ['Basic dG9rZW4=', 'No bearer token was sent.'],
      ['Bearer token-of-cj', 'The bearer token is none of those configured.'],
      ['Bearer token-of-ci token-of-ci', 'No bearer token was sent.'],
    ] as const) {
      const { status, headers, body } = await api.get(path, { authorization });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="bellbuoy"');
      expect(body.problems).toMatchObject([{ code: 'token-wrong', where: 'header Authorization', what }]);
      expect(JSON.stringify(body)).not.toContain('token-of-ci');
    }
  });

  it.each(paths)('%s is for tokens with the scope read, and says so', async (path) => {
    const { status, headers, body } = await api.get(path, { authorization: 'Bearer token-of-investigator' });
    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toContain('insufficient_scope');
    expect(body.problems).toMatchObject([
      {
        code: 'scope-missing',
        what: 'The token of investigator has the scope tasks, write; this needs read.',
      },
    ]);
  });

  it('is nobody where no token is configured', async () => {
    const closed = await openApi([]);
    const { status, body } = await closed.get('/api/v1/flags');
    await closed.close();
    expect([status, body.detail]).toEqual([401, 'No token is configured for the API.']);
  });

  it('nobody else keeps the answer', async () => {
    expect((await api.get('/api/v1/flags')).headers.get('cache-control')).toBe('no-store');
  });
});
