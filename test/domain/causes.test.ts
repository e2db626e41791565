import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acquittedOf, type Changed, rankCauses, standingOf, suspectOf } from '#domain/causes.ts';

const MINUTE = 60_000;
const BEGAN = { at: Date.UTC(2026, 10, 25, 14, 3), plusMinus: MINUTE };
const change = (name: string, seconds: number, more: Partial<Changed> = {}) => ({
  ...{ name, at: BEGAN.at + seconds * 1000, relation: 'own' as const },
  ...more,
});
const order = (changes: readonly (Changed & { name: string })[]) =>
  rankCauses(changes, BEGAN).map(({ name }) => name);

describe('what may have caused something', () => {
  it('is ranked by how closely it came before, and what came only after is last', () => {
    expect(
      order([
        change('two minutes after', 120),
        change('an hour before', -3600),
        change('nine minutes after', 540),
        change('forty seconds before', -40),
        change('ten minutes before', -600),
      ]),
    ).toEqual([
      'forty seconds before',
      'ten minutes before',
      'an hour before',
      'two minutes after',
      'nine minutes after',
    ]);
  });

  it('is the service’s own before a dependency’s where both are as close as can be told', () => {
    const dependency = { relation: 'dependency' as const };
    expect(order([change('dependency', -10, dependency), change('own', -50)])).toEqual(['own', 'dependency']);
    expect(order([change('dependency', -70, dependency), change('own', -600)])).toEqual([
      'dependency',
      'own',
    ]);
  });

  it('may still be rolling out when it begins, or come within the uncertainty', () => {
    const slow = change('slow', 600, { startedAt: BEGAN.at - 5 * MINUTE });
    expect(standingOf(slow, BEGAN)).toEqual({ side: 'with', by: 0 });
    expect(standingOf(change('near', 30), BEGAN)).toEqual({ side: 'with', by: 0 });
    expect(standingOf(change('late', 61), BEGAN)).toEqual({ side: 'after', by: 61_000 });
    expect(order([change('before', -120), slow])).toEqual(['slow', 'before']);
  });

  it('comes first when it was proven to do harm, unless it came after, or long before', () => {
    const proven = { isProven: true as const };
    expect(
      order([
        change('deploy ten seconds before', -10),
        change('flag five minutes before', -300, proven),
        change('flag two hours before', -7200, proven),
        change('flag after', 300, proven),
      ]),
    ).toEqual([
      'flag five minutes before',
      'deploy ten seconds before',
      'flag two hours before',
      'flag after',
    ]);
  });

  it('is suspected only when it is close, and acquitted when it came after', () => {
    expect(suspectOf([change('old', -3600)], BEGAN)).toBeUndefined();
    expect(suspectOf([change('old', -3600), change('new', -40)], BEGAN)?.name).toBe('new');
    const late = [change('later', 900), change('late', 540)];
    expect(suspectOf(late, BEGAN)).toBeUndefined();
    expect(acquittedOf(late, BEGAN)?.name).toBe('late');
    expect(acquittedOf([change('much later', 7200)], BEGAN)).toBeUndefined();
  });

  it('is ranked the same in whatever order it is told', () => {
    const changes = fc.uniqueArray(
      fc.record({
        at: fc.integer({ min: BEGAN.at - 3_600_000, max: BEGAN.at + 3_600_000 }),
        relation: fc.constantFrom('own' as const, 'dependency' as const),
      }),
      { maxLength: 12, selector: ({ at }) => at },
    );
    fc.assert(
      fc.property(changes, (given) => {
        const ranked = rankCauses(given, BEGAN);
        expect(rankCauses(given.toReversed(), BEGAN)).toEqual(ranked);
        const sides = ranked.map((one) => standingOf(one, BEGAN).side === 'after');
        expect(sides).toEqual(sides.toSorted());
      }),
    );
  });
});
