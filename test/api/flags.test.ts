import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../domain/given.ts';
import { type Api, openApi, rollout, STOPPED, step, watchOf } from './door.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(async () => {
  await api.close();
  expect(api.errors).toEqual([]);
});

const go = { word: 'go', compared: 'cohorts', signals: [], reasons: [], decidedAt: at('12:19') } as const;

describe('whatever rolls a flag out', () => {
  it('finds the word where the newest step is, and why it is that', async () => {
    await api.store.flags.save(STOPPED);
    const { status, body } = await api.get('/api/v1/flags/new-checkout');
    expect(status).toBe(200);
    const [{ step: newest, steps }] = body.rollouts;
    expect(newest).toMatchObject({
      ...{ word: 'stop', share: 0.1, since: '2026-11-24T12:00:00.000Z', by: 'noor' },
      ...{ decidedAt: '2026-11-24T12:20:00.000Z', compared: 'cohorts', rates: { off: 45.1, on: 4.9 } },
      reasons: ['Errors went from 0.50 % to 1.02 % of requests.'],
      sampleRatio: { expected: 0.1, observed: 0.1011, requests: 54_290, isMismatch: false },
    });
    expect(newest.signals[0]).toMatchObject({
      ...{ measure: 'errorRatio', unit: 'ratio', verdict: 'degraded', p: 0.000021 },
      off: { value: 0.005, interval: { low: 0.0044, high: 0.0056 }, counts: { bad: 244, total: 48_800 } },
      on: { value: 0.0102, counts: { bad: 56, total: 5490 } },
      change: { absolute: 0.0052, relative: 1.04 },
    });
    expect(steps.map(({ share, word }: never) => [share, word])).toEqual([
      [0.01, 'hold'],
      [0.1, 'stop'],
    ]);
  });

  it('is told how many requests are missing, and how long they take in seconds', async () => {
    await api.store.flags.save(STOPPED);
    const { body } = await api.get('/api/v1/rollouts/f812');
    expect(body.steps[0].needs).toEqual({ requests: 4200, seconds: 8400 });
    expect(body.steps[0]).not.toHaveProperty('decidedAt');
  });

  it('holds from the first moment of a step that is watched, before anything of it was seen', async () => {
    await api.store.flags.save(
      rollout('f1', [step(1, '12:29', { share: 0.01, watch: watchOf(at('12:29')) })]),
    );
    const { body } = await api.get('/api/v1/flags/new-checkout');
    expect(body.rollouts[0].step).toMatchObject({
      state: 'watching',
      word: 'hold',
      signals: [],
      reasons: [],
    });
  });

  it('gets no word of a step that is recorded only', async () => {
    await api.store.flags.save(rollout('f1', [step(1, '12:00', { share: 0.5 })], { environment: 'staging' }));
    const { body } = await api.get('/api/v1/flags/new-checkout');
    expect(body.rollouts[0].step).toMatchObject({ state: 'recorded', share: 0.5 });
    expect(body.rollouts[0].step).not.toHaveProperty('word');
  });

  it('reads the share that it set, whatever dust the sender’s arithmetic left', async () => {
    await api.store.flags.save(
      rollout('f1', [step(1, '12:00', { share: 0.07 + 1e-17 * 3 + 0.1 * 3 - 0.3 })]),
    );
    const { body } = await api.get('/api/v1/flags/new-checkout');
    expect(body.rollouts[0].step.share).toBe(0.07);
  });

  it('gets the latest rollout of each service and environment, the one that moved last first', async () => {
    const { flags } = api.store;
    await flags.save(rollout('f1', [step(1, '08:00')]));
    await flags.save(rollout('f2', [step(1, '10:00')]));
    await flags.save(rollout('f3', [step(1, '11:00')], { environment: 'staging' }));
    await flags.save(rollout('f4', [step(1, '09:00')], { service: 'ledger' }));
    const ids = async (query: string) => {
      const { body } = await api.get(`/api/v1/flags/new-checkout${query}`);
      return body.rollouts.map(({ id }: never) => id);
    };
    expect(await ids('')).toEqual(['f3', 'f2', 'f4']);
    expect(await ids('?service=checkout')).toEqual(['f3', 'f2']);
    expect(await ids('?service=checkout&environment=production')).toEqual(['f2']);
    expect(await ids('?environment=test')).toEqual([]);
  });

  it('may ask for a configured flag before its first change is heard of', async () => {
    const { status, body } = await api.get('/api/v1/flags/one-click');
    expect([status, body.rollouts]).toEqual([200, []]);
  });

  it.each(['team/checkout 50%', 'ünïcode ☂', '..%2f..', `${'long-'.repeat(100)}name`, '{flag}', '__proto__'])(
    'finds a flag by whatever it is called: %s',
    async (flag) => {
      await api.store.flags.save(rollout('f1', [step(1, '12:00')], { flag }));
      const { status, body } = await api.get(`/api/v1/flags/${encodeURIComponent(flag)}`);
      expect([status, body.flag, body.rollouts?.length]).toEqual([200, flag, 1]);
    },
  );
});

describe('the list of flags', () => {
  it('begins with what moved last, in short, and ends with configured flags of which nothing was heard', async () => {
    await api.store.flags.save(STOPPED);
    await api.store.flags.save(
      rollout('f9', [step(1, '12:10', { watch: watchOf(at('12:10'), go) })], { flag: 'other' }),
    );
    const { body } = await api.get('/api/v1/flags');
    expect(body.at).toBe('2026-11-24T12:30:00.000Z');
    expect(body.rollouts).toMatchObject([
      { id: 'f9', flag: 'other', step: { word: 'go', decidedAt: '2026-11-24T12:19:00.000Z' } },
      { id: 'f812', step: { word: 'stop' }, steps: [{ share: 0.01 }, { share: 0.1 }] },
    ]);
    expect(body.rollouts[1].step).not.toHaveProperty('signals');
    expect(body.silent).toEqual([
      { flag: 'one-click', service: 'checkout' },
      { flag: 'double-entry', service: 'ledger' },
    ]);
    expect(body).not.toHaveProperty('nextCursor');
    const { body: ledger } = await api.get('/api/v1/flags?service=ledger');
    expect([ledger.rollouts, ledger.silent]).toEqual([[], [{ flag: 'double-entry', service: 'ledger' }]]);
  });

  it('comes page by page, each rollout once, also those that moved at the same moment', async () => {
    const ids = Array.from({ length: 25 }, (_, i) => `f${i}`);
    for (const [i, id] of ids.entries())
      await api.store.flags.save(rollout(id, [step(1, i < 15 ? '11:00' : '10:00')]));
    const seen: string[] = [];
    let path = '/api/v1/flags?limit=7';
    for (const size of [7, 7, 7, 4]) {
      const { body } = await api.get(path);
      expect(body.rollouts).toHaveLength(size);
      expect('silent' in body).toBe(seen.length === 0);
      seen.push(...body.rollouts.map(({ id }: { id: string }) => id));
      path = `/api/v1/flags?limit=7&cursor=${encodeURIComponent(body.nextCursor ?? 'none')}`;
    }
    expect(path).toMatch(/none$/);
    expect(new Set(seen)).toEqual(new Set(ids));
    // What moves while somebody turns pages is seen at the top, and moves no other.
    expect(seen.slice(0, 15).toSorted()).toEqual(ids.slice(0, 15).toSorted());
  });
});
