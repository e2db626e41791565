import type { Duration, Instant, Range } from './time.ts';

export type Labels = Readonly<Record<string, string>>;

/** One measured value. `value` may be ±Infinity; a value that was not measured is absent, never NaN. */
export type Sample = { readonly at: Instant; readonly value: number };

/** Samples of one set of labels, oldest first, at most one an instant. A missing step is a gap. */
export type Series = { readonly labels: Labels; readonly samples: readonly Sample[] };

/**
 * What one range query answered: every series on the same grid (`range.from + n · step`).
 * `warnings` are the source's own words; `partial` says that the source left something out.
 */
export type Frame = {
  readonly range: Range;
  readonly step: Duration;
  readonly series: readonly Series[];
  readonly warnings: readonly string[];
  readonly partial: boolean;
};

/** The last measured value, or `undefined` for a series without samples. */
export function lastValue(samples: readonly Sample[]): number | undefined {
  return samples.at(-1)?.value;
}

/** The median of the finite values: the mean of the middle two for an even count; `undefined` for none. */
export function median(samples: readonly Sample[]): number | undefined {
  const values = finiteValues(samples).toSorted((a, b) => a - b);
  const middle = Math.floor(values.length / 2);
  const upper = values[middle];
  if (upper === undefined) return undefined;
  if (values.length % 2 === 1) return upper;
  return ((values[middle - 1] ?? upper) + upper) / 2;
}

/** A quantile (0…1) of the finite values, the nearest one; `undefined` for none. */
export function quantile(samples: readonly Sample[], q: number): number | undefined {
  const values = finiteValues(samples).toSorted((a, b) => a - b);
  return values[Math.round(q * (values.length - 1))];
}

/** The arithmetic mean of the finite values, `undefined` for none. */
export function mean(samples: readonly Sample[]): number | undefined {
  const values = finiteValues(samples);
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same samples moved in time, for laying yesterday over today. */
export function shift(samples: readonly Sample[], by: Duration): readonly Sample[] {
  return samples.map(({ at, value }) => ({ at: at + by, value }));
}

/** A stable text for a label set, equal exactly when the sets are equal, for use as a map key. */
export function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function finiteValues(samples: readonly Sample[]): number[] {
  return samples.map(({ value }) => value).filter(Number.isFinite);
}
