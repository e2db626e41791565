import { DAY, type Duration, HOUR, MINUTE } from '../time.ts';
import { allowedShare, type SloWindow } from './slo.ts';

/** Two lookbacks, in ms, that burn together: both burn rates above `factor`. */
export type BurnPair = {
  readonly severity: 'page' | 'ticket';
  readonly long: Duration;
  readonly short: Duration;
  readonly factor: number;
};

/** Lookbacks whose burn rates every SLO has, in ms. */
export const BURN_WINDOWS: readonly Duration[] = [
  5 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  DAY,
  3 * DAY,
];

/** SRE workbook, “Alerting on SLOs”, table 5-8: the share of a 30-day budget that is gone when the alert fires. */
const WORKBOOK = [
  { severity: 'page', long: HOUR, short: 5 * MINUTE, budget: 0.02 },
  { severity: 'page', long: 6 * HOUR, short: 30 * MINUTE, budget: 0.05 },
  { severity: 'ticket', long: DAY, short: 2 * HOUR, budget: 0.1 },
  { severity: 'ticket', long: 3 * DAY, short: 6 * HOUR, budget: 0.1 },
] as const;

/** What the workbook’s table is for; a calendar month counts as this too. */
const USUAL: Duration = 30 * DAY;

const UNIT_DAYS = { day: 1, week: 7, month: 30, quarter: 90, year: 365 } as const;

/**
 * The pairs of lookbacks that are alerted on. For 28 to 31 days they are the workbook’s, with factors for the length of the window. For other windows
 * the factors stay and the lookbacks scale with the window, as Pyrra does; what would have a factor below 1 is dropped there. Dropped
 * everywhere is what could never fire, because even nothing but failures burns slower.
 */
export function burnPairs(window: SloWindow, objective: number): readonly BurnPair[] {
  const length = window.kind === 'rolling' ? window.length : UNIT_DAYS[window.unit] * window.count * DAY;
  const isUsual = length >= 28 * DAY && length <= 31 * DAY;
  const scale = isUsual ? 1 : length / USUAL;
  return WORKBOOK.map(({ severity, long, short, budget }): BurnPair => {
    const scaled = (lookback: Duration) => Math.max(MINUTE, Math.round((lookback * scale) / MINUTE) * MINUTE);
    const factor = exact((budget * (isUsual ? length : USUAL)) / long);
    return { severity, long: scaled(long), short: scaled(short), factor };
  }).filter(({ factor }) => (isUsual || factor >= 1) && factor * allowedShare(objective) < 1);
}

/** Whether both lookbacks burn faster than the pair allows. */
export function isBurning({ factor }: BurnPair, long: number, short: number): boolean {
  return long > factor && short > factor;
}

/** Without the noise of binary fractions: 14.4, not 14.399999999999999. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}
