import type { Instant, Range } from '#domain/time.ts';
import { DAY, HOUR, lengthOf, MINUTE } from '#domain/time.ts';
import { formatNumber, formatValue } from '#domain/units.ts';

export type Tick<T> = { readonly at: T; readonly label: string };

/** Three to five round values that cover [low, high], with the axis' own bounds. */
export function niceAxis(
  low: number,
  high: number,
  fromZero: boolean,
): { lo: number; hi: number; ticks: readonly number[] } {
  const bottom = fromZero ? Math.min(0, low) : low;
  const span = high - bottom || Math.abs(high) || 1;
  const raw = span / 3;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power;
  const lo = Math.floor(bottom / step + 1e-9) * step;
  const hi = Math.max(Math.ceil(high / step - 1e-9) * step, lo + step);
  const count = Math.round((hi - lo) / step);
  return {
    lo,
    hi,
    ticks: Array.from({ length: count + 1 }, (_, i) => Number((lo + i * step).toPrecision(12))),
  };
}

/** What is smaller is rounding noise; its exponent would not fit beside an axis. */
const NEGLIGIBLE = 1e-99;

/** A value as an axis can show it. */
export function withoutNoise(value: number): number {
  return Math.abs(value) < NEGLIGIBLE ? 0 : value;
}

/** Writes an axis figure in the little room beside the plot: very small ones with an exponent, large ones by thousands. */
export function axisLabel(tick: number): string {
  if (tick !== 0 && Math.abs(tick) < 1e-3) return Number(tick.toPrecision(3)).toExponential();
  return Math.abs(tick) >= 1e4 ? formatValue(tick, 'short') : formatNumber(tick);
}

const TIME_STEPS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
];

/** Round local times inside the range, at most five, written in `zone`. Days keep their names over clock changes. */
export function timeTicks(range: Range, zone: string): readonly Tick<Instant>[] {
  const step = TIME_STEPS.find((candidate) => lengthOf(range) / candidate <= 5) ?? 14 * DAY;
  const label = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    ...(step >= DAY ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' }),
  });
  const ticks: Tick<Instant>[] = [];
  let at = Math.ceil(range.from / MINUTE) * MINUTE;
  while (at < range.to) {
    const local = at + offsetAt(at, zone);
    const beyond = ((local % step) + step) % step;
    if (beyond === 0) {
      ticks.push({ at, label: label.format(at) });
      at += step;
    } else {
      // After a clock change the next round local time is nearer or farther than a whole step.
      at += Math.min(step - beyond, HOUR);
    }
  }
  return ticks;
}

/** How far local time is ahead of UTC at a moment, in milliseconds. */
function offsetAt(at: Instant, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = /GMT([+-])(\d+):?(\d+)?/.exec(name) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes ?? 0) * MINUTE);
}
