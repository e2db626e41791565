import { present } from '../optional.ts';
import { explain } from '../problem.ts';
import { isMeasure, type Measure } from '../signal.ts';
import { alignDown, type Range } from '../time.ts';
import { aloneIn, MOST_ALONE } from './cohort-alone.ts';
import { type Cells, cellsOf, pooled, sumsOf } from './cohort-cells.ts';
import { type Durations, durationsOf } from './cohort-durations.ts';
import { isHigherBy } from './cohort-margin.ts';
import { mixed, shareInterval } from './cohort-mix.ts';
import { sampleRatioOf } from './cohort-sample-ratio.ts';
import { judgeSignal, type Moved, type SignalRules } from './cohort-signal.ts';
import type { CohortSignal, CohortVerdict, SampleRatio, Word } from './cohort-verdict.ts';
import { alphaOf } from './deploy-signals.ts';
import { QUANTILE_FLOOR, shareFloors } from './histogram.ts';
import type { ObservedCohorts } from './observed-cohorts.ts';
import type { RatioFloor } from './ratio-moment.ts';
import { effectOf } from './verdict.ts';
import { WATCHED_QUANTILES } from './watched.ts';

/**
 * What is asked of a step of a rollout. `expected` is the share (0…1) that should have the flag, `window.to` when more than *stop* may be said, `alpha` the share of harmless steps of which *stop* may be
 * said at any look, by all signals together.
 */
export type CohortCase = {
  readonly floor: RatioFloor;
  readonly expected?: number;
  readonly window: Range;
  readonly alpha?: number;
};

/** The share of harmless steps that may be stopped. */
const STEP_ALARMS = 0.01;

/**
 * Judges those with a flag beside those without it at the same time, over all looks so far: the same steps give the same verdict, however often and whenever it is asked, and one that was stopped stays so. A signal
 * that is worse is told by what was known when it was certain.
 */
export function judgeCohorts(observed: ObservedCohorts, about: CohortCase): CohortVerdict {
  const requests = cellsOf(observed, ({ requests: one }) => one);
  const durations = durationsOf(observed);
  const all = requests ?? durations?.timed;
  const signals = [...signalsOf(requests, durations, about), ...unanswered(observed, requests, durations)];
  const worse = signals.filter(({ verdict }) => verdict === 'degraded');
  const missing = missingOf(all, signals);
  // Where nobody has the flag, or everybody, that is said, and not that the share is off.
  const sampleRatio =
    all === undefined || missing.length > 0 ? undefined : sampleRatioOf(all, about.expected);
  const isOver = all !== undefined && isOverBy(all, about.window);
  const alone = aloneOf(observed, all);
  const isWell =
    missing.length === 0 &&
    alone.length === 0 &&
    signals.every(({ verdict }) => verdict === 'steady' || verdict === 'improved');
  const word: Word = worse.length > 0 ? 'stop' : isWell && isOver ? 'go' : 'hold';
  return {
    ...{ word, compared: 'cohorts', signals },
    ...present({ rates: all === undefined ? undefined : ratesOf(all), sampleRatio }),
    ...decidedOf(word, word === 'stop' ? worse : signals, about.window),
    ...(word === 'hold' ? present({ needs: slowestOf(signals) }) : {}),
    reasons: [
      ...missing,
      ...(word === 'hold' && isWell ? [NOT_OVER] : []),
      ...(word === 'hold' && !isWell && missing.length === 0 ? unsureOf(signals) : []),
      ...alone,
      ...untoldOf(missing, requests, durations),
      ...mismatchOf(sampleRatio),
    ],
  };
}

const NOT_OVER = 'The time that was set for this step is not over.';

function signalsOf(
  requests: Cells | undefined,
  durations: Durations | undefined,
  { floor, alpha = STEP_ALARMS }: CohortCase,
): readonly CohortSignal[] {
  const found = WATCHED_QUANTILES.flatMap(({ measure, share }) => {
    const slow = durations?.slowerThan(share);
    return durations === undefined || slow === undefined ? [] : [{ measure, share, durations, ...slow }];
  });
  const measures: readonly Measure[] = [
    ...(requests === undefined ? [] : ['errorRatio' as const]),
    ...found.map(({ measure }) => measure),
  ];
  const errors: readonly CohortSignal[] =
    requests === undefined
      ? []
      : [
          judgeSignal(requests, {
            ...{ measure: 'errorRatio', floor, steady: floor },
            alpha: alphaOf('errorRatio', measures, alpha),
            moved: () => (_end, strata, scatter) => {
              const rates = mixed(strata);
              if (rates === undefined) return undefined;
              const { on, off } = rates;
              return {
                effect: effectOf(off.rate, on.rate),
                intervals: { on: shareInterval(on, scatter), off: shareInterval(off, scatter) },
                direction: directionOf(floor, off.rate, on.rate),
                reasons: [],
              };
            },
          }),
        ];
  return [
    ...errors,
    ...found.map(({ measure, share, bound, cells, settled, durations: of }) =>
      judgeSignal(cells, {
        ...{ measure, floor: { relative: QUANTILE_FLOOR }, steady: shareFloors(share).steadyFloor },
        ...{ alpha: alphaOf(measure, measures, alpha), slowerThan: bound, settled },
        moved: quantileMoved(of, share),
      }),
    ),
  ];
}

/** A quantile has to move by its floor, and the share of slower requests with it; where it cannot be told, that share speaks alone. */
function quantileMoved(durations: Durations, share: number): SignalRules['moved'] {
  const { floor } = shareFloors(share);
  const name = `p${share * 100}`;
  return (begin) => {
    const quantiles = durations.quantiles(begin);
    return (end, strata, scatter): Moved | undefined => {
      const shares = mixed(strata);
      const moved = quantiles.to(end, share, scatter);
      if (shares === undefined || moved === undefined) return undefined;
      const { on, off, intervals, isBeyond } = moved;
      const slower = directionOf(floor, shares.off.rate, shares.on.rate);
      const isFar = Math.abs(on - off) >= QUANTILE_FLOOR * off && on !== off;
      const quantile = isFar ? (on > off ? 'worse' : 'better') : 'close';
      return {
        ...{ effect: effectOf(off, on), intervals },
        direction: isBeyond || slower === quantile ? slower : quantile === 'close' ? 'close' : 'unsure',
        reasons: isBeyond ? [`${name} lies beyond the last bucket.`] : [],
      };
    };
  };
}

function directionOf(floor: RatioFloor, off: number, on: number): Moved['direction'] {
  if (isHigherBy(floor, off, on)) return 'worse';
  return isHigherBy({ ...floor, enough: Number.POSITIVE_INFINITY }, on, off) ? 'better' : 'close';
}

/** Signals that were asked for, and of which nothing was told because something went wrong: they are not known to be well. */
function unanswered(
  { queries, problems }: ObservedCohorts,
  requests: Cells | undefined,
  durations: Durations | undefined,
): readonly CohortSignal[] {
  const [problem] = problems.filter(({ code }) => code !== 'prometheus-partial');
  if (problem === undefined) return [];
  const asked = new Set(queries.map(({ line }) => line).filter(isMeasure));
  if (requests !== undefined) asked.delete('errorRatio');
  return [...asked]
    .filter((measure) => measure !== 'rate' && (measure === 'errorRatio' || durations === undefined))
    .map((measure) => ({
      ...{ measure, verdict: 'inconclusive', floor: { relative: 0 } },
      reasons: [explain(problem)],
    }));
}

/** What has to be there before anything can be compared. */
function missingOf(all: Cells | undefined, signals: readonly CohortSignal[]): readonly string[] {
  if (all === undefined)
    return signals.length > 0 ? [] : ['Neither requests nor durations were counted by this flag.'];
  const { on, off } = pooled(sumsOf(all));
  if (!(on.total + off.total > 0)) return ['No request has told yet whether it carries the flag.'];
  if (!(on.total > 0)) return ['No request has carried the flag yet.'];
  if (!(off.total > 0)) return ['Every request has carried the flag: there is nothing to compare it with.'];
  return [];
}

/** What is not judged: what nobody tells, or tells of those who have the flag. */
function untoldOf(
  missing: readonly string[],
  requests: Cells | undefined,
  durations: Durations | undefined,
): readonly string[] {
  if (missing.length > 0) return [];
  if (requests === undefined) return ['No requests are counted by this flag: durations alone were judged.'];
  const timed = durations === undefined ? undefined : pooled(sumsOf(durations.timed));
  return timed !== undefined && timed.on.total + timed.off.total > 0
    ? []
    : ['No duration tells whether its request has the flag: errors alone were judged.'];
}

/** What is said of requests that can be compared with none. */
function aloneOf({ strata: named }: ObservedCohorts, all: Cells | undefined): readonly string[] {
  if (all === undefined || all.strata < 2) return [];
  const { share, which } = aloneIn(sumsOf(all));
  if (!(share > MOST_ALONE)) return [];
  const names = which.slice(0, 3).map((s) => named[s]?.name || 'unnamed');
  return [
    `${Math.round(share * 100)} % of requests with the flag are of ${names.join(', ')}, where hardly any are without it: there is nothing to compare them with.`,
  ];
}

/** Whether the last step of which anything is known reaches the end of the window; steps are whole. */
function isOverBy({ times, step, known }: Cells, { to }: Range): boolean {
  const last = times[known.lastIndexOf(1)];
  return last !== undefined && last + step >= alignDown(to, step);
}

function ratesOf(all: Cells): { readonly on: number; readonly off: number } | undefined {
  const seconds = (all.known.reduce((sum, one) => sum + one, 0) * all.step) / 1000;
  const { on, off } = pooled(sumsOf(all));
  return seconds > 0 ? { on: on.total / seconds, off: off.total / seconds } : undefined;
}

/** *Stop* is certain with the first signal that is worse; *go* with the last that is well, and not before the window's end. */
function decidedOf(
  word: Word,
  signals: readonly CohortSignal[],
  { to }: Range,
): { readonly decidedAt?: number } {
  const moments = signals.flatMap(({ decidedAt }) => decidedAt ?? []);
  if (word === 'hold' || moments.length === 0) return {};
  return { decidedAt: word === 'stop' ? Math.min(...moments) : Math.max(to, ...moments) };
}

function slowestOf(signals: readonly CohortSignal[]): CohortSignal['needs'] {
  return signals.flatMap(({ needs }) => needs ?? []).toSorted((a, b) => b.takes - a.takes)[0];
}

function unsureOf(signals: readonly CohortSignal[]): readonly string[] {
  const unsure = signals.filter(({ verdict }) => verdict === 'inconclusive');
  return [...new Set(unsure.flatMap(({ reasons }) => reasons))];
}

function mismatchOf(found: SampleRatio | undefined): readonly string[] {
  if (found?.isMismatch !== true) return [];
  const share = (value: number) => `${Number((value * 100).toPrecision(2))} %`;
  return [
    `${share(found.observed)} of requests carry the flag, not ${share(found.expected)}: whoever has it is chosen, or counted, in another way than meant, or few of them make many requests.`,
  ];
}
