import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Refusal } from '#api/contract/problem.ts';
import { operations } from '#api/rest/routes.ts';
import { STAT } from '../render/drawings.ts';
import { anyRollout } from './any-rollout.ts';
import { type Api, keepExample, openApi, STOPPED } from './door.ts';
import { TASK } from './example-task.ts';
import { validator } from './json-schema.ts';

let api: Api;
let pattern = '';
beforeAll(async () => {
  api = await openApi();
  await api.store.flags.save(STOPPED);
  await keepExample(api);
  await api.store.agentTasks.save(TASK);
  const [first] = await api.store.errorPatterns.list({ now: 0, limit: 1 });
  pattern = first?.id ?? '';
  await api.store.snapshots.save({ id: STAT.id, at: 0, drawing: STAT });
});
afterAll(() => api.close());

const published = () =>
  operations(api.ports).filter(
    ({ method, media, scope }) => method === 'GET' && media === undefined && scope !== 'audit',
  );
const addressOf = (path: string, { flag, id }: { flag: string; id: string }) =>
  path
    .replace('{flag}', encodeURIComponent(flag))
    .replace('{rollout}', id)
    .replace('{incident}', 'INC-12')
    .replace('{deploy}', 'd77')
    .replace('{alert}', 'a31')
    .replace('{pattern}', pattern)
    .replace('{snapshot}', STAT.id)
    .replace('{task}', 'TASK-3')
    .replace('{service}', 'checkout') + (NEEDED[path] ?? '');

/** What has to be said of an address beside its path. */
const NEEDED: Readonly<Record<string, string>> = {
  '/api/v1/compare': '?service=checkout&against=yesterday',
  '/api/v1/query': '?query=up',
};

describe('every answer has the shape that is published of it', () => {
  it('as zod reads it, with nothing beside, and as JSON Schema has it', async () => {
    expect(published().length).toBeGreaterThan(2);
    for (const { path, answer, scope } of published()) {
      const token = scope === 'read' ? 'token-of-ci' : 'token-of-investigator';
      const { status, body } = await api.get(addressOf(path, STOPPED), { authorization: `Bearer ${token}` });
      expect(status, path).toBe(200);
      expect(answer.parse(body), path).toEqual(body);
      const isValid = validator(answer);
      expect(isValid(body), `${path}: ${JSON.stringify(isValid.errors)}`).toBe(true);
      expect(isValid({ ...body, at: 5, id: 5, schema: 5 }), path).toBe(false);
    }
  });

  it('whatever a rollout came to, and whatever of it JSON cannot say', async () => {
    await fc.assert(
      fc.asyncProperty(anyRollout('f1'), async (rollout) => {
        await api.store.flags.save(rollout);
        for (const { path, answer } of published().filter(({ path }) => /flags|rollouts/.test(path))) {
          const { status, body } = await api.get(addressOf(path, rollout));
          expect(status).toBe(200);
          expect(answer.parse(body)).toEqual(body);
        }
      }),
      { numRuns: 60 },
    );
    expect(api.errors).toEqual([]);
  });

  it('also of a refusal, whoever refuses', async () => {
    const anybody = { authorization: '' };
    for (const [path, status, headers] of [
      ['/api/v1/flags', 401, anybody],
      ['/api/v1/flags?limit=x&cursor=y', 400],
      ['/api/v1/flags/nobody-knows', 404],
      ['/nowhere', 404],
      ['/api/v1/flags/%zz', 400],
    ] as const) {
      const { headers: got, body } = await api.get(path, headers);
      expect(got.get('content-type'), path).toMatch(/^application\/problem\+json/);
      expect(Refusal.parse(body), path).toEqual(body);
      expect(body.status, path).toBe(status);
      expect(body.detail).toBe(body.problems[0].what);
    }
  });

  it('whose type leads to what its code means and what to do', async () => {
    const { body } = await api.get('/api/v1/rollouts/f77');
    const page = await fetch(new URL(body.type, api.url));
    expect([page.status, await page.text()]).toEqual([
      200,
      'not-found\n\nWhat an API request names is not there.\nAsk for one that is there; the lists of the API have all.\n',
    ]);
    expect((await fetch(`${api.url}/problems/constructor`)).status).toBe(404);
  });
});

it('what may follow the question mark can be published too', () => {
  const flags = published().find(({ path }) => path === '/api/v1/flags');
  const schema = z.toJSONSchema(flags?.input ?? z.never(), { io: 'input' });
  expect(schema).toMatchObject({
    properties: { service: { type: 'string' }, limit: { default: 20 }, cursor: { type: 'string' } },
    additionalProperties: false,
  });
});
