import type { Line } from '#domain/panel.ts';
import { type Frame, type Labels, lastValue, type Sample, type Series } from '#domain/series.ts';

/** Lines that can be told apart in one panel. */
export const MOST_LINES = 8;

/** Series with the highest last value first. */
export function sortedByLast(series: readonly Series[]): readonly Series[] {
  return series.toSorted((a, b) => (lastValue(b.samples) ?? 0) - (lastValue(a.samples) ?? 0));
}

/** Lines for the series, highest first as given; past the eighth line the rest is summed into “other”. */
export function linesOf(series: readonly Series[], frame: Frame): readonly Line[] {
  const shown = series.length > MOST_LINES ? series.slice(0, MOST_LINES - 1) : series;
  const rest = series.slice(shown.length);
  const lines = shown.map(
    ({ labels, samples }): Line => ({ name: nameOf(labels, series), role: 'plain', samples }),
  );
  return rest.length === 0
    ? lines
    : [...lines, { name: 'other', role: 'plain', samples: summed(rest, frame) }];
}

function summed(series: readonly Series[], { range, step }: Frame): readonly Sample[] {
  const sums = new Map<number, number>();
  for (const { samples } of series)
    for (const { at, value } of samples) sums.set(at, (sums.get(at) ?? 0) + value);
  return [...sums]
    .filter(([at]) => at >= range.from && (at - range.from) % step === 0)
    .map(([at, value]) => ({ at, value }))
    .toSorted((a, b) => a.at - b.at);
}

/** The values of the labels in which the series differ. */
function nameOf(labels: Labels, all: readonly Series[]): string {
  const differing = Object.keys(labels).filter((name) =>
    all.some((other) => other.labels[name] !== labels[name]),
  );
  return differing.map((name) => labels[name]).join(' ');
}
