import { type Duration, type Instant, lengthOf, MINUTE, type Range, SECOND } from '../time.ts';
import { allowedShare, type Slo } from './slo.ts';

/**
 * What was counted in a stretch of time. `bad` of `total` are events: requests, samples, or seconds where a share is measured. `lost` is the time
 * that slices took from the budget and `observed` the time that was looked at, both in ms. `assumed` of the bad ones were never seen: silence, taken for an outage.
 */
export type Tally = {
  readonly bad: number;
  readonly total: number;
  readonly lost: Duration;
  readonly observed: Duration;
  readonly assumed: number;
};

export const NO_TALLY: Tally = { bad: 0, total: 0, lost: 0, observed: 0, assumed: 0 };

/**
 * How much of its budget an SLO has used. `share` is used of allowed, above 1 when overspent; `allowed`, `used` and `remaining` are times in ms,
 * and agree with the events: `share` = `tally.bad` / `allowedEvents` where events are counted. `counted` is the length of the window that counts: what was observed, and
 * what is still to come of a calendar period. `projected` says that allowed events were projected from what has passed of the period.
 */
export type Usage = {
  readonly window: Range;
  readonly tally: Tally;
  readonly counted: Duration;
  readonly allowedEvents: number;
  readonly share: number;
  readonly allowed: Duration;
  readonly used: Duration;
  readonly remaining: Duration;
  readonly projected: boolean;
  /** How much of the window has passed: all of a rolling one. */
  readonly passed: Duration;
  /** Observed share of what has passed of the window, 0…1. */
  readonly observedShare: number;
};

/** Below this share of the passed window a budget is said to be observed in part. */
const WHOLE = 0.99;

/**
 * Judges what was counted in the part of `window` that has passed at `now` (UTC).
 * Rolling: allowed events = (1−T)·total. Calendar: (1−T) × the period's total, projected from what was observed. Minutes used = share ×
 * allowed minutes, allowed minutes = (1−T) × the length that counts; slices bring their lost time themselves.
 */
export function usageOf(
  { objective, method, window: { kind } }: Pick<Slo, 'objective' | 'method' | 'window'>,
  window: Range,
  tally: Tally,
  now: Instant,
): Usage {
  const passed = Math.max(0, Math.min(lengthOf(window), now - window.from));
  const observedShare = passed <= 0 ? 0 : Math.min(1, tally.observed / passed);
  const observed = observedShare >= WHOLE ? passed : tally.observed;
  const counted = observed + Math.max(0, window.to - now);
  const allow = allowedShare(objective);
  const projected = kind === 'calendar';
  const allowedEvents =
    allow * (projected && observed > 0 ? (tally.total * counted) / observed : tally.total);
  const allowed = allow * counted;
  const share =
    method.kind === 'occurrences'
      ? allowedEvents > 0
        ? tally.bad / allowedEvents
        : 0
      : allowed > 0
        ? tally.lost / allowed
        : 0;
  const used = share * allowed;
  const remaining = allowed - used;
  return {
    ...{ window, tally, counted, allowedEvents, share, allowed, used, remaining },
    ...{ projected, passed, observedShare },
  };
}

/** How fast the budget burns: 1 spends exactly all of it in the window. Undefined where nothing was counted. */
export function burnRateOf(
  { objective, method }: Pick<Slo, 'objective' | 'method'>,
  tally: Tally,
): number | undefined {
  const [part, whole] =
    method.kind === 'occurrences' ? [tally.bad, tally.total] : [tally.lost, tally.observed];
  return whole > 0 ? part / whole / allowedShare(objective) : undefined;
}

/**
 * A budget's times as they are printed: in minutes, or in a smaller `unit` where all that is allowed is less than one. `used` and `left` add up to
 * `allowed`, also as written; `over` stands instead of `left` when overspent.
 */
export type Minutes = {
  readonly used: string;
  readonly allowed: string;
  readonly left?: string;
  readonly over?: string;
  readonly unit?: 'seconds' | 'milliseconds';
};

/**
 * Minutes as people read them: whole ones, with as many decimals (two at most) as it takes for small figures not to vanish. What remains is
 * the difference of the figures printed, so that the sentence is true as it stands. What is less than a hundredth counts as nothing.
 */
export function minutesOf(usage: Pick<Usage, 'allowed' | 'used'>): Minutes {
  const { allowed, used } = usage;
  const { unit, written, countOf } = figuresOf(usage);
  const rest = countOf(allowed) - countOf(used);
  return {
    used: written(countOf(used)),
    allowed: written(countOf(allowed)),
    ...(rest < 0 ? { over: written(-rest) } : { left: written(rest) }),
    ...(unit === 'minutes' ? {} : { unit }),
  };
}

/** How the figures of one budget are written: `countOf` a length in steps of the last digit, whole, and how so many steps are `written`. */
export type Figures = {
  readonly unit: 'minutes' | 'seconds' | 'milliseconds';
  readonly written: (count: number) => string;
  readonly countOf: (length: Duration) => number;
};

/** The unit and the decimals that suit a budget; everything that is said of it in minutes is written in them. */
export function figuresOf({ allowed, used }: Pick<Usage, 'allowed' | 'used'>): Figures {
  const unit = allowed >= MINUTE ? 'minutes' : allowed >= SECOND / 10 ? 'seconds' : 'milliseconds';
  const one = { minutes: MINUTE, seconds: SECOND, milliseconds: 1 }[unit];
  const counting = (digits: number) => (length: Duration) => Math.round((length / one) * 10 ** digits);
  const isShown = (digits: number) => {
    const countOf = counting(digits);
    const isNothing = (length: Duration) => Math.abs(length / one) < 0.005;
    const [all, some] = [countOf(allowed), countOf(used)];
    return all >= 10 && (some > 0 || isNothing(used)) && (all !== some || isNothing(allowed - used));
  };
  const digits = [0, 1, 2].find(isShown) ?? 2;
  return {
    unit,
    countOf: counting(digits),
    written: (count) => (count / 10 ** digits).toFixed(digits),
  };
}
