import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeployDetail, DeployList } from '#api/contract/deploys.ts';
import type { Deploy } from '#domain/deploy.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import type { DeployVerdict, SignalVerdict } from '#domain/verdict/deploy-verdict.ts';
import { at } from '../domain/given.ts';
import { type Api, openApi } from './door.ts';
import { validator } from './json-schema.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(async () => {
  await api.close();
  expect(api.errors).toEqual([]);
});

function deploy(id: string, startedAt: number, more: Partial<Deploy> = {}): Deploy {
  return {
    ...{ id, service: 'checkout', hints: {}, version: `v-${id}`, environment: 'production' },
    ...{ status: 'succeeded', startedAt, changes: [], parts: [] },
    ...more,
  };
}

const watched = (verdict: DeployVerdict): Pick<Deploy, 'watch'> => ({
  watch: {
    ...{ state: 'watching', looks: 5, looksPlanned: 15, verdict },
    baseline: { from: at('11:30'), to: at('12:00') },
    window: { from: at('12:01'), to: at('12:16') },
  },
});

const DEGRADED: DeployVerdict = {
  verdict: 'degraded',
  signals: [
    {
      ...{ measure: 'errorRatio', verdict: 'degraded', looks: 5, decidedAt: at('12:06') },
      effect: { before: 0.001, after: 0.03, absolute: 0.029, relative: 29 },
      significance: { test: 'conditional', p: 1e-9, n: 9000 },
      placebo: { n: 1200, effective: 200, rank: 0, p: 1 / 1201 },
      ...{ onset: { at: at('12:01:10'), plusMinus: 10_000 }, floor: { relative: 0.25, absolute: 0.0005 } },
      reasons: ['Errors went from 0.1 % to 3 %.'],
    },
  ],
  ...{ decidedAt: at('12:06'), onset: { at: at('12:01:10'), plusMinus: 10_000 } },
  reasons: ['Errors went from 0.1 % to 3 %.'],
};

describe('deploys over REST', () => {
  it('stand in the list with their verdict, when what is worse began, and why', async () => {
    await api.store.deploys.save(deploy('d1', at('12:00'), { actor: 'tomas', ...watched(DEGRADED) }));
    const { body } = await api.get('/api/v1/deploys');
    expect(DeployList.parse(body).deploys).toMatchObject([
      {
        ...{ id: 'd1', version: 'v-d1', by: 'tomas', verdict: 'degraded', watch: 'watching' },
        onset: { plusMinus: 10 },
        reasons: ['Errors went from 0.1 % to 3 %.'],
      },
    ]);
  });

  it('give their evidence: each signal with its values, test, rank and onset', async () => {
    await api.store.deploys.save(deploy('d1', at('12:00'), watched(DEGRADED)));
    const { body } = await api.get('/api/v1/deploys/d1');
    expect(DeployDetail.parse(body).deploy.signals).toMatchObject([
      {
        ...{ measure: 'errorRatio', unit: 'ratio', before: 0.001, after: 0.03, p: 1e-9, n: 9000 },
        ...{ change: { absolute: 0.029, relative: 29 }, placebo: { n: 1200, rank: 0 } },
      },
    ]);
  });

  it('say what people think of the verdict, but not what they said of an earlier one', async () => {
    const said = { by: { kind: 'person', user: 'U1' }, at: at('12:10'), right: false } as const;
    await api.store.deploys.save(
      deploy('d1', at('12:00'), { ...watched(DEGRADED), answered: { ...said, of: 'degraded' } }),
    );
    await api.store.deploys.save(
      deploy('d2', at('12:01'), { ...watched(DEGRADED), answered: { ...said, of: 'steady' } }),
    );
    const { body } = await api.get('/api/v1/deploys');
    expect(DeployList.parse(body).deploys.map(({ wasRight }) => wasRight)).toEqual([undefined, false]);
  });

  it.each([
    ['service=ledger', ['d3']],
    ['environment=staging', ['d2']],
    ['version=v-d1', ['d1']],
  ])('are found by %s', async (asked, ids) => {
    await api.store.deploys.save(deploy('d1', at('12:00')));
    await api.store.deploys.save(deploy('d2', at('12:01'), { environment: 'staging' }));
    await api.store.deploys.save(deploy('d3', at('12:02'), { service: 'ledger' }));
    const { body } = await api.get(`/api/v1/deploys?${asked}`);
    expect(DeployList.parse(body).deploys.map(({ id }) => id)).toEqual(ids);
  });

  it('come page by page, each once, however many began at one moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (minutes, limit) => {
          const fresh = await openApi();
          for (const [n, minute] of minutes.entries())
            await fresh.store.deploys.save(deploy(`d${n}`, at('12:00') + minute * MINUTE));
          const seen: { id: string; startedAt: string }[] = [];
          for (let cursor = ''; ; ) {
            const { body } = await fresh.get(`/api/v1/deploys?limit=${limit}${cursor}`);
            const page = DeployList.parse(body);
            seen.push(...page.deploys);
            if (page.nextCursor === undefined) break;
            cursor = `&cursor=${page.nextCursor}`;
          }
          await fresh.close();
          expect(seen.map(({ id }) => id).toSorted()).toEqual(minutes.map((_, n) => `d${n}`).toSorted());
          const times = seen.map(({ startedAt }) => startedAt);
          expect(times).toEqual(times.toSorted().toReversed());
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  it('keep their shape whatever a verdict came to, and whatever of it JSON cannot say', async () => {
    const number = fc.oneof(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY),
    );
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const moment = fc.integer({ min: at('12:00'), max: at('12:00') + HOUR });
    const signal: fc.Arbitrary<SignalVerdict> = fc.record(
      {
        measure: fc.constantFrom(
          'rate',
          'errorRatio',
          'p50',
          'p99',
          'cpu',
          'memory',
          'restarts',
          'throttling',
        ),
        verdict: fc.constantFrom('degraded', 'improved', 'steady', 'inconclusive'),
        effect: fc.record({ before: number, after: number, absolute: number, relative: number }),
        significance: fc.record({ test: text, p: share, n: number }),
        placebo: fc.record({ n: number, effective: number, rank: number, p: share }),
        onset: fc.record({ at: moment, plusMinus: number }),
        needs: fc.record({ more: number, what: fc.constantFrom('requests', 'samples'), takes: number }),
        floor: fc.record({ relative: share, absolute: share }, { requiredKeys: ['relative'] }),
        ...{ looks: fc.nat(), decidedAt: moment, reasons: fc.array(text, { maxLength: 2 }) },
      },
      { requiredKeys: ['measure', 'verdict', 'floor', 'looks', 'reasons'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(signal, { maxLength: 4 }), text, async (signals, words) => {
        const verdict = { ...DEGRADED, signals, reasons: [words] };
        await api.store.deploys.save(
          deploy('d1', at('12:00'), { version: words, actor: words, ...watched(verdict) }),
        );
        for (const [path, answer] of [
          ['/api/v1/deploys', DeployList],
          ['/api/v1/deploys/d1', DeployDetail],
        ] as const) {
          const { status, body } = await api.get(path);
          expect(status).toBe(200);
          expect(answer.parse(body)).toEqual(body);
          const isValid = validator(answer);
          expect(isValid(body), JSON.stringify(isValid.errors)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are not there under an id that nobody gave', async () => {
    const { status, body } = await api.get('/api/v1/deploys/d9');
    expect([status, body.detail]).toEqual([404, 'There is no deploy d9.']);
  });
});
