import { type Duration, type Instant, lengthOf, type Range } from '../time.ts';
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
  const passed = Math.min(lengthOf(window), now - window.from);
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
  return { window, tally, counted, allowedEvents, share, allowed, used, remaining, projected, observedShare };
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

/** A budget's minutes as they are printed. `used` and `left` add up to `allowed`, also as written; `over` stands instead of `left` when overspent. */
export type Minutes = {
  readonly used: string;
  readonly allowed: string;
  readonly left?: string;
  readonly over?: string;
};

/**
 * Minutes as people read them: whole ones, with as many decimals (two at most) as it takes for small figures not to vanish. What remains is
 * the difference of the figures printed, so that the sentence is true as it stands.
 */
export function minutesOf({ allowed, used }: Pick<Usage, 'allowed' | 'used'>): Minutes {
  const inMinutes = (length: Duration) => length / 60_000;
  const digits = [0, 1, 2].find((d) => isShownWith(d, inMinutes(allowed), inMinutes(used))) ?? 2;
  const unit = 10 ** digits;
  const units = (length: Duration) => Math.round(inMinutes(length) * unit);
  const written = (count: number) => (count / unit).toFixed(digits);
  const rest = units(allowed) - units(used);
  return {
    used: written(units(used)),
    allowed: written(units(allowed)),
    ...(rest < 0 || (rest === 0 && used > allowed) ? { over: written(-rest) } : { left: written(rest) }),
  };
}

function isShownWith(digits: number, allowed: number, used: number): boolean {
  const isSeen = (value: number) => value === 0 || Math.abs(Number(value.toFixed(digits))) > 0;
  const isFine = allowed >= 10 / 10 ** digits;
  return isFine && isSeen(used) && isSeen(allowed - used);
}
