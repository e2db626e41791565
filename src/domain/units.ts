import type { Unit } from './signal.ts';

/** How a difference between two values is said: in the unit itself, and in proportion. */
export type Change = { readonly absolute: string; readonly relative: string };

/** A step of a unit's ladder: values from `from` on (in the unit itself) are divided by `factor` and followed by `suffix`. */
export type Scale = { readonly from: number; readonly factor: number; readonly suffix: string };

/**
 * Writes a value for people: `2.5 %`, `823 ms`, `387 /s`, `1.2k /s`, `1.5 GiB`, `0.25 cores`. Two significant figures below 10, whole
 * numbers from 100 on; shares just below 100 % keep the figures that tell them from 100 %. `ratio` takes 0…1, `seconds` seconds.
 * Infinity is `∞`; what is not a number at all is `–`.
 */
export function formatValue(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value < 0) return negated(formatValue(-value, unit));
  if (unit === 'ratio') return `${percent(value * 100)} %`;
  if (unit === 'count' && value < 99_999.5) return grouped(value);
  const text = scaled(value, unit);
  return unit === 'cores' && text === '1 cores' ? '1 core' : text;
}

/**
 * Says how far `after` is from `before`: `{ absolute: '+2.4 points', relative: '×25' }`. Proportions are percentages up to a tripling
 * and factors from there on; a change from nothing is `from zero`; one too small to be seen is `unchanged`.
 */
export function formatChange(before: number, after: number, unit: Unit): Change {
  return { absolute: absoluteChange(after - before, unit), relative: relativeChange(before, after) };
}

/** The step of the unit's ladder that suits `value`, so that a whole axis can be written in the units of its largest figure. */
export function scaleOf(value: number, unit: Unit): Scale {
  const ladder = LADDERS[unit];
  const size = Math.abs(value);
  // A value that rounds up to the next step's start is written there: 999.7 ms is 1 s.
  return ladder.find((scale) => size >= scale.from * (1 - 0.0005)) ?? ladder.at(-1) ?? PLAIN;
}

/** Writes a plain number with the house's rounding: 0.012, 2.5, 12.5, 387. Never negative zero, no trailing zeros. */
export function formatNumber(value: number): string {
  if (value < 0) return negated(formatNumber(-value));
  if (value === 0) return '0';
  if (value >= 99.95) return Math.round(value).toString();
  if (value >= 9.95) return trimmed(value.toFixed(1));
  const decimals = value >= 0.995 ? 1 : Math.min(12, 1 - Math.floor(Math.log10(value)));
  return trimmed(value.toFixed(decimals));
}

const PLAIN: Scale = { from: 0, factor: 1, suffix: '' };

const THOUSANDS: readonly Scale[] = [
  { from: 1e12, factor: 1e12, suffix: 'T' },
  { from: 1e9, factor: 1e9, suffix: 'G' },
  { from: 1e6, factor: 1e6, suffix: 'M' },
  { from: 1e3, factor: 1e3, suffix: 'k' },
  PLAIN,
];

const LADDERS: Readonly<Record<Unit, readonly Scale[]>> = {
  short: THOUSANDS,
  count: THOUSANDS,
  perSecond: THOUSANDS.map((scale) => ({ ...scale, suffix: `${scale.suffix} /s` })),
  cores: THOUSANDS.map((scale) => ({ ...scale, suffix: `${scale.suffix} cores` })),
  ratio: [{ from: 0, factor: 0.01, suffix: ' %' }],
  seconds: [
    { from: 2 * 86_400, factor: 86_400, suffix: ' d' },
    { from: 2 * 3600, factor: 3600, suffix: ' h' },
    { from: 120, factor: 60, suffix: ' min' },
    { from: 1, factor: 1, suffix: ' s' },
    { from: 1e-3, factor: 1e-3, suffix: ' ms' },
    { from: 1e-6, factor: 1e-6, suffix: ' µs' },
    { from: Number.MIN_VALUE, factor: 1e-9, suffix: ' ns' },
    { from: 0, factor: 1e-3, suffix: ' ms' },
  ],
  bytes: ['PiB', 'TiB', 'GiB', 'MiB', 'KiB', 'B'].map((suffix, index) => ({
    from: suffix === 'B' ? 0 : 1024 ** (5 - index),
    factor: 1024 ** (5 - index),
    suffix: ` ${suffix}`,
  })),
};

/** Beyond this a figure says nothing more, and its many digits would break every layout. */
const HUGE = 1e6;
const TINY = 1e-6;

function scaled(value: number, unit: Unit): string {
  const scale = scaleOf(value, unit);
  const number = value / scale.factor;
  if (number >= HUGE) return `${exponential(number)}${scale.suffix}`;
  if (number > 0 && number < TINY) return `<0.000001${scale.suffix}`;
  return `${formatNumber(number)}${scale.suffix}`;
}

function percent(value: number): string {
  if (value > 0 && value < 0.0001) return '<0.0001';
  if (value > 99 && value < 100) return nearlyAll(value);
  if (value >= HUGE) return exponential(value);
  return value >= 9999.5 ? grouped(value) : formatNumber(value);
}

function nearlyAll(value: number): string {
  const missing = 100 - value;
  if (missing < 0.00005) return '100';
  const decimals = Math.max(1, 1 - Math.floor(Math.log10(missing)));
  return trimmed(value.toFixed(Math.min(decimals, 4)));
}

function grouped(value: number): string {
  if (value < 10) return value >= 0.995 ? trimmed(value.toFixed(1)) : formatNumber(value);
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

function absoluteChange(by: number, unit: Unit): string {
  if (by === 0 || Number.isNaN(by)) return '±0';
  const size = formatValue(Math.abs(by), unit);
  const text = unit === 'ratio' ? size.replace(/ %$/, size === '1 %' ? ' point' : ' points') : size;
  return `${by > 0 ? '+' : '−'}${text}`;
}

function relativeChange(before: number, after: number): string {
  if (before === after) return 'unchanged';
  if (before === 0) return 'from zero';
  const factor = after / before;
  if (!Number.isFinite(factor) || factor < 0) return '–';
  if (factor >= 3) return `×${factor >= HUGE ? exponential(factor) : formatNumber(factor)}`;
  const change = ((after - before) / before) * 100;
  if (Math.abs(change) < 0.05) return 'unchanged';
  const size =
    Math.abs(change) >= 9.95 ? Math.round(Math.abs(change)).toString() : formatNumber(Math.abs(change));
  return `${change > 0 ? '+' : '−'}${size} %`;
}

function exponential(value: number): string {
  return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
}

function negated(text: string): string {
  return /[1-9∞]/.test(text) ? `−${text}` : text;
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
