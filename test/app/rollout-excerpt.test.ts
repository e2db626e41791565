import { expect, it } from 'vitest';
import { onceEach } from '#app/answers/changes.ts';
import { turnsOf } from '#app/disturbances.ts';
import { excerptForRoot, excerptForStep } from '#app/rollout-excerpt.ts';
import type { Rollout, RolloutStep } from '#domain/flag.ts';
import { MINUTE } from '#domain/time.ts';

const step = (number: number, share: number): RolloutStep => ({
  ...{ number, share, at: number * MINUTE, source: 'flags' },
  watch: {
    ...{ state: 'ended', window: { from: 0, to: MINUTE }, every: MINUTE, lag: 1000, looks: 1, told: 'hold' },
    queries: [{ source: 'default', promql: 'up'.repeat(5000), line: 'errorRatio' }],
    verdict: {
      ...{ word: 'hold', compared: 'cohorts', reasons: ['more'.repeat(100)] },
      signals: [{ measure: 'errorRatio', verdict: 'inconclusive', floor: { relative: 0.5 }, reasons: [] }],
    },
  },
});
const rollout: Rollout = {
  ...{ id: 'f1', flag: 'new-checkout', hints: {}, environment: 'production' },
  steps: Array.from({ length: 100 }, (_, i) => step(i + 1, (i + 1) / 100)),
};
const size = (value: unknown) => JSON.stringify(value).length;

it('a message holds as much of a long rollout as it shows', () => {
  const root = excerptForRoot(rollout);
  expect(root.steps.map(({ number }) => number)).toEqual([93, 94, 95, 96, 97, 98, 99, 100]);
  expect(size(root)).toBeLessThan(10_000);
  const one = excerptForStep(rollout, 50);
  expect(one.steps.find(({ number }) => number === 50)).toEqual(rollout.steps[49]);
  expect(one.steps.map(({ number }) => number)).toEqual(Array.from({ length: 21 }, (_, i) => 40 + i));
  expect(size(one)).toBeLessThan(size(rollout.steps[49]) + 10_000);
});

it('steps that move few people are no disturbance of the whole service', () => {
  const steps = [0.01, 0.05, 0.1, 0.5, 0.45, 0].map((share, i) => step(i + 1, share));
  expect(turnsOf({ flag: 'new-checkout', steps }).map(({ at }) => at / MINUTE)).toEqual([4, 6]);
});

it('a flag that is turned all day takes the place of one change', () => {
  const turn = (at: number) => ({
    ...{ kind: 'flag' as const, id: 'f1', service: 'checkout', relation: 'own' as const, flag: 'x', at },
  });
  const deploy = {
    ...{
      kind: 'deploy' as const,
      id: 'd1',
      service: 'checkout',
      relation: 'own' as const,
      version: 'v2',
      at: 5,
    },
  };
  expect(onceEach([turn(9), turn(8), turn(7), deploy, turn(1)])).toEqual([turn(9), deploy]);
});
