import type { Duration, Instant } from '../time.ts';
import { bucketOf, quantileIn, sum, sumOf } from './buckets.ts';
import { createRatioJudge } from './ratio.ts';
import type { Ratio, RatioFloor, RatioRules } from './ratio-moment.ts';
import { effectOf, type Judgement } from './verdict.ts';

/**
 * Durations as a histogram on a grid: in the step that begins at `times[i]` (UTC) `counts[b][i]` requests fell between the bound before `bounds[b]` and it, in seconds,
 * ascending, +Infinity last.
 */
export type Histogram = {
  readonly times: ArrayLike<Instant>;
  readonly step: Duration;
  readonly bounds: readonly number[];
  readonly counts: readonly Float64Array[];
};

/** As for counts; `floor` is the relative change of a quantile that matters. */
export type HistogramRules = Omit<RatioRules, 'floor'> & { readonly floor: number };

/** What is slower than this share of requests was before is counted as slow. */
const SLOWER_THAN = [0.5, 0.9, 0.99] as const;

/** A change of a quantile by less does not matter, unless said otherwise. */
export const QUANTILE_FLOOR = 0.1;

/**
 * What matters of the share of requests that are slower than a quantile was. Whether a rise moves the quantile far enough is asked of the quantile itself; to be steady the share has to stay so close that no quantile
 * moves by what anybody would see: of durations that are log-normal with a spread of 0.4 to 1, the median moves by a tenth when that share changes by an eighth to a fifth, the 99th percentile by 7 to 20 % when it grows
 * by half.
 */
export function shareFloors(share: number): { readonly floor: RatioFloor; readonly steadyFloor: RatioFloor } {
  const absolute = 0.002;
  return {
    floor: { relative: 0.15, absolute },
    steadyFloor: { relative: share > 0.95 ? 0.5 : share > 0.8 ? 0.3 : 0.15, absolute },
  };
}

/**
 * Judges durations by the buckets’ own counts: how many requests are slower than the bound next to the median, the 90th and the 99th percentile were before,
 * each as counts are judged with a third of the false alarms. The clearest speaks for all; its quantile has to have moved by the floor. `judge(i, after)` as for others.
 */
export function createHistogramJudge(
  histogram: Histogram,
  rules: HistogramRules,
): { judge(moment: number, after?: readonly Float64Array[]): Judgement } {
  const total = sumOf(histogram.counts, 0);
  const judges = new Map<string, ReturnType<typeof createRatioJudge>>();
  const judgeOf = (bucket: number, share: number) => {
    const ratio: Ratio = {
      ...{ times: histogram.times, step: histogram.step, total },
      bad: sumOf(histogram.counts, bucket + 1),
    };
    const own = { ...rules, alpha: rules.alpha / SLOWER_THAN.length, ...shareFloors(share) };
    const key = `${bucket}/${share}`;
    const made = judges.get(key) ?? createRatioJudge(ratio, own);
    judges.set(key, made);
    return made;
  };
  return {
    judge(moment, after = histogram.counts.map((column) => column.subarray(moment, moment + rules.after))) {
      const before = histogram.counts.map((column) =>
        sum(column.subarray(Math.max(0, moment - rules.before), moment)),
      );
      const seen = after.map((column) => sum(column));
      const found = SLOWER_THAN.map((share): Judgement => {
        const bucket = bucketOf(before, share);
        if (bucket === undefined) {
          return {
            ...{ verdict: 'inconclusive', looks: 0 },
            reasons: ['No bucket ends where requests before would be told from slower ones.'],
          };
        }
        const slow = { bad: sumOf(after, bucket + 1), total: sumOf(after, 0) };
        const moved = {
          was: quantileIn(histogram.bounds, before, share),
          is: quantileIn(histogram.bounds, seen, share),
        };
        return inSeconds(judgeOf(bucket, share).judge(moment, slow), moved, share, rules.floor);
      });
      return clearestOf(found);
    },
  };
}

/** A quantile before and after, in seconds; `isBeyond` where it lies above the last bound, so that its value cannot be told. */
export type Moved = {
  readonly was: number | undefined;
  readonly is: number | undefined;
  readonly isBeyond?: boolean;
};

const BETWEEN =
  'moved within its bucket: by too little to be called worse, by too much to be called the same';

/**
 * Says the effect of slow requests' judgement as the quantile (seconds). What moved it by less than the floor (a share of it), or the other way, is taken back, and so is that it stayed where it moved by more.
 */
export function inSeconds(judgement: Judgement, moved: Moved, share: number, floor: number): Judgement {
  const { was, is, isBeyond = false } = moved;
  if (was === undefined || is === undefined) return judgement;
  const name = `p${share * 100}`;
  const told: Judgement = {
    ...judgement,
    effect: effectOf(was, is),
    ...(judgement.significance === undefined
      ? {}
      : {
          significance: {
            ...judgement.significance,
            test: `${judgement.significance.test}, of requests slower than ${name} before`,
          },
        }),
  };
  const { decidedAt: _, onset: __, ...open } = told;
  const unsure: Judgement = { ...open, verdict: 'inconclusive', reasons: [`${name} ${BETWEEN}.`] };
  const isFar = Math.abs(is - was) >= floor * was;
  switch (told.verdict) {
    case 'degraded':
    case 'improved':
      if (isBeyond) return { ...told, reasons: [...told.reasons, `${name} lies beyond the last bucket.`] };
      if (!isFar)
        return { ...told, verdict: 'steady', reasons: [`${name} moved by less than ${floor * 100} %.`] };
      return (told.verdict === 'degraded') === is > was ? told : unsure;
    case 'steady':
      return isFar && !isBeyond ? unsure : told;
    case 'inconclusive':
      return told;
  }
}

const CLEAREST = ['degraded', 'improved', 'inconclusive', 'steady'] as const;

/** The worst verdict, of equal ones the least likely by chance. */
function clearestOf(found: readonly Judgement[]): Judgement {
  const [first] = found.toSorted(
    (a, b) =>
      CLEAREST.indexOf(a.verdict) - CLEAREST.indexOf(b.verdict) ||
      (a.significance?.p ?? 1) - (b.significance?.p ?? 1),
  );
  return first ?? { verdict: 'inconclusive', looks: 0, reasons: [] };
}
