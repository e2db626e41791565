import type { Cohorts } from './cohort.ts';
import { pooled } from './cohort-cells.ts';

/** So much of what those with the flag do may be compared with nothing. */
export const MOST_ALONE = 0.05;

/** Of a stratum that has a smaller part than this of what it should of those without the flag, nothing can be told. */
const HARDLY = 1 / 20;

/** The share of requests with the flag that are of strata that hardly anybody without it uses (how those do cannot be told from how the flag does), and which strata these are, the largest first. */
export function aloneIn(strata: readonly Cohorts[]): {
  readonly share: number;
  readonly which: readonly number[];
} {
  const { on, off } = pooled(strata);
  if (!(on.total > 0 && off.total > 0)) return { share: 0, which: [] };
  const meant = off.total / on.total;
  const alone = strata.flatMap((one, s) =>
    one.off.total < HARDLY * meant * one.on.total ? [{ s, total: one.on.total }] : [],
  );
  return {
    share: alone.reduce((sum, { total }) => sum + total, 0) / on.total,
    which: alone.toSorted((a, b) => b.total - a.total).map(({ s }) => s),
  };
}
