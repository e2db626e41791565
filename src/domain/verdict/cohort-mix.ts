import { type Cohorts, type Interval, wilson } from './cohort.ts';

/** A share (0…1) at the mix of strata that both cohorts have in common, and how many requests it is worth. */
export type MixedShare = { readonly rate: number; readonly n: number };

/** How much each stratum weighs: n·m / (n + m) of its requests with and without the flag, as Mantel and Haenszel (1959) weigh it; 0 where only one cohort was. */
export function weightsOf(strata: readonly Cohorts[]): readonly number[] {
  return strata.map(({ on, off }) =>
    on.total > 0 && off.total > 0 ? (on.total * off.total) / (on.total + off.total) : 0,
  );
}

/** Both shares at one mix of strata, so that a different mix is no effect. Of one stratum they are what was counted. `undefined` where no stratum has both cohorts. */
export function mixed(
  strata: readonly Cohorts[],
): { readonly on: MixedShare; readonly off: MixedShare } | undefined {
  const weights = weightsOf(strata);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (!(sum > 0)) return undefined;
  const of = (cohort: 'on' | 'off'): MixedShare => {
    let [rate, spread] = [0, 0];
    for (const [s, weight] of weights.entries()) {
      const { bad, total } = strata[s]?.[cohort] ?? { bad: 0, total: 0 };
      if (weight === 0) continue;
      rate += (weight / sum) * (bad / total);
      spread += (weight / sum) ** 2 / total;
    }
    return { rate, n: 1 / spread };
  };
  return { on: of('on'), off: of('off') };
}

/** The interval of a share at 95 % (Wilson 1927), of so many fewer requests as they scatter more. */
export function shareInterval({ rate, n }: MixedShare, scatter: number): Interval {
  return wilson({ bad: (rate * n) / scatter, total: n / scatter });
}
