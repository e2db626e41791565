import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathNames } from '#api/operation.ts';
import { operations } from '#api/rest/routes.ts';
import { at } from '../domain/given.ts';
import { type Api, keepExample, openApi, rollout, STOPPED, step, watchOf } from './door.ts';

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, found]) => found === language)
    .map(([, , text = '']) => text);

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await api.store.flags.save(STOPPED);
});
afterAll(() => api.close());

describe('the page on the API', () => {
  it('lists every address with its parameters', () => {
    for (const { method, path, input } of operations(api.ports)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${method} ${path}\``));
      const named = [...(row ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name);
      const inPath = pathNames(path);
      expect(named, path).toEqual(Object.keys(input.shape).filter((name) => !inPath.includes(name)));
    }
  });

  it('shows answers as they are given', async () => {
    const [refusal = '', worked = ''] = blocks('json');
    expect((await api.get('/api/v1/flags/new-chekout')).body).toEqual(JSON.parse(refusal));
    const { body } = await api.get('/api/v1/flags/new-checkout?service=checkout&environment=production');
    expect(body.rollouts[0].step).toEqual(JSON.parse(worked));
  });
});

const hasTools = ['curl', 'jq'].every((name) => spawnSync(name, ['--version']).status === 0);
const [preflight = '', read = '', , line = '', script = ''] = blocks('sh');

/** Runs a script as the page has it. */
async function run(text: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn('/bin/sh', ['-c', text, 'wait-for-word', ...args], {
    env: {
      ...process.env,
      BELLBUOY_URL: api.url,
      BELLBUOY_TOKEN: 'token-of-ci',
      PAUSE: '0',
      TRIES: '2',
      ...env,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, out, err };
}

describe.skipIf(!hasTools)('a shell that does what the page says', () => {
  const wait = (flag: string, share: string, env = {}) =>
    run(script, [flag, 'checkout', 'production', share], env);

  it('reads what a post-mortem says', async () => {
    await keepExample(api);
    const { out, ...rest } = await run(read, []);
    expect(rest).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toEqual({ trigger: 'deploy', minutes: 1240 / 60, doubts: [] });
  });

  it('tells a pipeline to stop, why, and ends with 1', async () => {
    const { out, ...rest } = await run(preflight, []);
    expect(rest).toEqual({ status: 1, err: '' });
    expect(out).toMatch(/^stop: CheckoutErrors is firing and pages\. .*does harm on checkout/);
  });

  it('reads the word', async () => {
    expect(await run(line, [])).toMatchObject({ status: 0, out: 'stop\n', err: '' });
  });

  it('ends with 1 on stop, and tells why', async () => {
    expect(await wait('new-checkout', '0.1')).toEqual({
      ...{ status: 1, out: '', err: 'Errors went from 0.50 % to 1.02 % of requests.\n' },
    });
  });

  it('ends with 0 on go, also of a flag with an odd name', async () => {
    const verdict = { word: 'go', compared: 'cohorts', signals: [], reasons: [] } as const;
    const watch = watchOf(at('12:00'), verdict);
    const flag = 'team/one click?';
    await api.store.flags.save(rollout('f2', [step(1, '12:00', { share: 0.5, watch })], { flag }));
    expect(await wait(flag, '0.5')).toEqual({ status: 0, out: '', err: '' });
  });

  it('does not take the word on an earlier step for the one on its own', async () => {
    expect((await wait('new-checkout', '0.5')).status).toBe(2);
  });

  it.each([
    ['is not heard of yet', 'one-click', {}, /"rollouts":\[\]/],
    ['is called otherwise', 'new-chekout', {}, /did you mean new-checkout/],
    ['may not be asked for with this token', 'new-checkout', { BELLBUOY_TOKEN: 'x' }, /"status":401/],
    ['nobody can be asked for', 'new-checkout', { BELLBUOY_URL: 'http://127.0.0.1:9' }, /curl/],
  ])('ends with 2 when a flag %s, and tells what was answered', async (_, flag, env, told) => {
    const { status, err } = await wait(flag, '0.1', env);
    expect(status).toBe(2);
    expect(err).toMatch(told);
  });
});
