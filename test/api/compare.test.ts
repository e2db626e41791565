import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Comparison } from '#api/contract/compare.ts';
import { at, report, story } from '../domain/given.ts';
import { type Api, openApi, TOKENS } from './door.ts';
import { measured } from './measured.ts';

/** One in a hundred requests fails from noon on. */
const metrics = measured((_, { to }) => ({ rate: 40, errorRatio: to > at('12:00') ? 0.01 : 0.002 }));

let api: Api;
beforeAll(async () => {
  api = await openApi(TOKENS, { own: { metrics } });
  const { when, deploys } = story();
  for (const [version, clock] of [
    ['v1.4.1', '09:00'],
    ['v1.4.2', '12:00'],
  ] as const)
    when(at(clock), report('succeeded', { version, at: at(clock) }));
  for (const deploy of deploys()) await api.store.deploys.save(deploy);
});
afterAll(() => api.close());
afterEach(() => expect(api.errors).toEqual([]));

const ask = (parameters: Record<string, string>) =>
  api.get(`/api/v1/compare?${new URLSearchParams({ service: 'checkout', ...parameters })}`);

describe('two windows', () => {
  it('are told with both values, the change, and a sentence of it', async () => {
    const { body } = await ask({ measures: 'errorRatio', length: '20m', against: '1h ago' });
    const comparison = Comparison.parse(body);
    expect(comparison).toMatchObject({
      ...{
        of: 'last 20m',
        against: '1h ago',
        words: 'checkout: last 20m against 1h ago: nothing can be told.',
      },
      before: { from: '2026-11-24T11:10:00.000Z', to: '2026-11-24T11:30:00.000Z' },
      after: { from: '2026-11-24T12:10:00.000Z', to: '2026-11-24T12:30:00.000Z' },
    });
    expect(comparison.signals).toEqual([
      {
        ...{ measure: 'errorRatio', unit: 'ratio', before: 0.002, after: 0.01 },
        change: { absolute: expect.closeTo(0.008), relative: expect.closeTo(4) },
        words: 'errors 0.2 % → 1 % (+0.8 points, ×5)',
      },
    ]);
  });

  it.each([
    ['yesterday', '2026-11-23T12:30:00.000Z', 'yesterday'],
    ['last_week', '2026-11-17T12:30:00.000Z', 'last week'],
    ['the same time last week', '2026-11-17T12:30:00.000Z', 'last week'],
    ['2h', '2026-11-24T10:30:00.000Z', '2h ago'],
    ['two hours ago', '2026-11-24T10:30:00.000Z', 'two hours ago'],
    ['before deploy', '2026-11-24T12:00:00.000Z', 'before v1.4.2'],
    ['before the last deploy', '2026-11-24T12:00:00.000Z', 'before v1.4.2'],
    ['20m before deploy', '2026-11-24T12:00:00.000Z', 'before v1.4.2'],
    ['before v1.4.1', '2026-11-24T09:00:00.000Z', 'before v1.4.1'],
    ['v1.4.1', '2026-11-24T12:00:00.000Z', 'v1.4.1'],
  ])('are the one now and the one that people call “%s”', async (against, to, called) => {
    const { status, body } = await ask({ against });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ before: { to }, against: called });
  });

  it('are those around the last deploy where nothing is said, and those of two days where none is known', async () => {
    expect((await ask({})).body).toMatchObject({ against: 'before v1.4.2' });
    expect((await ask({ service: 'ledger' })).body).toMatchObject({ against: 'yesterday' });
    expect((await ask({ version: 'v1.4.1' })).body).toMatchObject({ against: 'before v1.4.1' });
  });

  it('are laid over each other where that is wanted alone', async () => {
    metrics.asked.length = 0;
    await ask({ against: 'yesterday' });
    expect(metrics.asked).toEqual(['readings', 'readings']);
    const { body } = await ask({ against: 'yesterday', draw: 'true' });
    expect((await api.store.snapshots.get(body.snapshot))?.drawing).toMatchObject({
      ...{ chart: 'before-after', layout: 'overlay', facts: ['last 30m', 'against yesterday'] },
    });
  });

  it.each([
    [{ service: 'chekout' }, 'query service', 'did you mean checkout?'],
    [{ against: 'v9.9.9' }, 'query against', 'I know no deploy of v9.9.9 of checkout.'],
    [{ against: 'the end of the world' }, 'query against', 'I stopped understanding at “end”'],
    [{ against: '10m ago' }, 'query against', 'overlap'],
    [{ against: '1y ago' }, 'query against', 'I compare at most 31d.'],
    [{ measures: 'p95' }, 'query measures[0]', 'Expected some of rate, errorRatio'],
    [{ length: '10s' }, 'query length', 'from 1m to 31d'],
  ])('cannot be asked for by %j', async (parameters, where, what) => {
    const { status, body } = await ask(parameters as Record<string, string>);
    expect([status, body.problems[0].where]).toEqual([400, where]);
    expect(body.detail).toContain(what);
  });
});

describe('those with a flag and those without it', () => {
  it.each([{ flag: 'new-checkout' }, { against: 'flag new-checkout' }])(
    'are asked for by %j',
    async (said) => {
      const { status, body } = await ask(said as Record<string, string>);
      expect(status, JSON.stringify(body)).toBe(200);
      expect(Comparison.parse(body)).toMatchObject({
        words: expect.stringMatching(/^checkout: with new-checkout against without it: hold\./),
        cohorts: { flag: 'new-checkout', word: 'hold' },
      });
    },
  );

  it('are nobody where the service has no such flag', async () => {
    const { status, body } = await ask({ against: 'flag new-chekout' });
    expect([status, body.detail]).toEqual([
      404,
      'checkout has no flag new-chekout; did you mean new-checkout?',
    ]);
  });
});
