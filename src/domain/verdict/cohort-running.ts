import type { Sample } from '../series.ts';
import type { Measure } from '../signal.ts';
import type { Instant } from '../time.ts';
import type { Interval } from './cohort.ts';
import { type Cells, cellsOf, createSums, pooled } from './cohort-cells.ts';
import { durationsOf } from './cohort-durations.ts';
import { evidenceOf } from './cohort-evidence.ts';
import { mixed, shareInterval } from './cohort-mix.ts';
import type { ObservedCohorts } from './observed-cohorts.ts';
import { WATCHED_QUANTILES } from './watched.ts';

/** One cohort's value as it is known at the end of each step, with its interval of 95 %, in the measure's own unit. */
export type RunningLine = {
  readonly samples: readonly Sample[];
  readonly band: readonly ({ readonly at: Instant } & Interval)[];
};

export type Running = { readonly measure: Measure; readonly on: RunningLine; readonly off: RunningLine };

/** Both cohorts' values at one moment. */
type Pair = { readonly on: Valued; readonly off: Valued };
type Valued = { readonly value: number; readonly interval: Interval };

/**
 * What was known of both cohorts at the end of each step, of all since the beginning, for whoever wants to see it: values and intervals as the verdict tells them. Steps of which nothing is known, or one cohort only, are left
 * out, and so are measures that nothing tells.
 */
export function runningCohorts(observed: ObservedCohorts, measures: readonly Measure[]): readonly Running[] {
  return measures.flatMap((measure) => {
    const found = valuesOf(observed, measure);
    if (found === undefined) return [];
    const { cells, at } = found;
    const lines = { on: { samples: [], band: [] }, off: { samples: [], band: [] } } as Record<
      'on' | 'off',
      { samples: Sample[]; band: ({ at: Instant } & Interval)[] }
    >;
    for (const [look, from] of cells.times.entries()) {
      const pair = cells.known[look] === 1 ? at(look + 1) : undefined;
      if (pair === undefined) continue;
      for (const cohort of ['on', 'off'] as const) {
        const { value, interval } = pair[cohort];
        if (!Number.isFinite(value)) continue;
        lines[cohort].samples.push({ at: from + cells.step, value });
        lines[cohort].band.push({ at: from + cells.step, ...interval });
      }
    }
    return [{ measure, ...lines }];
  });
}

type Values = { readonly cells: Cells; at(end: number): Pair | undefined };

function valuesOf(observed: ObservedCohorts, measure: Measure): Values | undefined {
  if (measure === 'errorRatio' || measure === 'rate') {
    const cells = cellsOf(observed, ({ requests }) => requests);
    if (cells === undefined) return undefined;
    return measure === 'rate' ? rates(cells) : ratios(cells);
  }
  const quantile = WATCHED_QUANTILES.find((one) => one.measure === measure);
  const durations = durationsOf(observed);
  const slow = quantile === undefined ? undefined : durations?.slowerThan(quantile.share);
  if (quantile === undefined || durations === undefined || slow === undefined) return undefined;
  const { scatter } = evidenceOf(slow.cells);
  const { to } = durations.quantiles();
  return {
    cells: slow.cells,
    at(end) {
      const found = to(end, quantile.share, scatter[end - 1] ?? 1);
      if (found === undefined) return undefined;
      const { on, off, intervals } = found;
      return { on: { value: on, interval: intervals.on }, off: { value: off, interval: intervals.off } };
    },
  };
}

function ratios(cells: Cells): Values {
  const { scatter } = evidenceOf(cells);
  const sums = createSums(cells);
  return {
    cells,
    at(end) {
      const strata = sums.to(end);
      const counts = pooled(strata);
      const alone = (cohort: 'on' | 'off') => ({
        rate: counts[cohort].bad / counts[cohort].total,
        n: counts[cohort].total,
      });
      // While only one cohort has been seen there is no common mix: it is shown as it came.
      const found = mixed(strata) ?? { on: alone('on'), off: alone('off') };
      const valued = (cohort: 'on' | 'off') => ({
        value: found[cohort].rate,
        interval: shareInterval(found[cohort], scatter[end - 1] ?? 1),
      });
      return { on: valued('on'), off: valued('off') };
    },
  };
}

const Z95 = 1.959963984540054;

/** Requests a second, with the interval of a Poisson mean (by its score, as Wilson's of a share). */
function rates(cells: Cells): Values {
  const sums = createSums(cells);
  let [known, next] = [0, 0];
  return {
    cells,
    at(end) {
      for (; next < end; next += 1) known += cells.known[next] ?? 0;
      const counts = pooled(sums.to(end));
      const seconds = (known * cells.step) / 1000;
      const valued = (cohort: 'on' | 'off') => {
        const { total } = counts[cohort];
        const half = Z95 * Math.sqrt(total + Z95 ** 2 / 4);
        const low = Math.max(0, total + Z95 ** 2 / 2 - half);
        return {
          value: total / seconds,
          interval: { low: low / seconds, high: (total + Z95 ** 2 / 2 + half) / seconds },
        };
      };
      return { on: valued('on'), off: valued('off') };
    },
  };
}
