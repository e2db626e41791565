import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Suspect, spendersOf } from '#domain/budget/spenders.ts';
import { MINUTE } from '#domain/time.ts';

const deploy = (name: string, from: number, to: number): Suspect => ({
  ...{ kind: 'deploy', reference: name, name, range: { from: from * MINUTE, to: to * MINUTE } },
});
const step = (from: number, spent: number) => ({
  range: { from: from * MINUTE, to: (from + 5) * MINUTE },
  spent,
});

describe('what spent a budget', () => {
  it('is the deploy that was watched, and the background', () => {
    const found = spendersOf([step(0, 10), step(5, 30), step(10, 10)], [deploy('v2', 5, 10)], 50 * MINUTE);
    expect(found).toMatchObject([
      { kind: 'deploy', name: 'v2', share: 0.6, used: 30 * MINUTE },
      { kind: 'background', share: 0.4, used: 20 * MINUTE },
    ]);
  });

  it('counts a moment once: an incident before a deploy, a later deploy before an earlier', () => {
    const incident: Suspect = { ...deploy('INC-1', 0, 5), kind: 'incident' };
    const found = spendersOf(
      [step(0, 10), step(5, 10)],
      [deploy('v1', 0, 10), deploy('v2', 5, 10), incident],
      MINUTE,
    );
    expect(found.map(({ name, share }) => [name, share])).toEqual([
      ['INC-1', 0.5],
      ['v2', 0.5],
    ]);
  });

  it('adds up to all that was used', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 100, noNaN: true })),
      { minLength: 1 },
    );
    const deploys = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 90 })));
    fc.assert(
      fc.property(steps, deploys, (told, watched) => {
        const spent = [...new Map(told)].map(([i, amount]) => step(i * 5, amount));
        const suspects = watched.map(([from, length], i) => deploy(`v${i}`, from, from + length));
        const found = spendersOf(spent, suspects, MINUTE);
        if (found.length === 0) return;
        expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(found.reduce((sum, { used }) => sum + used, 0)).toBeCloseTo(MINUTE, 3);
      }),
    );
  });
});
