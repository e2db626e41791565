import { present } from '#domain/optional.ts';
import type { Panel } from '#domain/panel.ts';
import { formatValue } from '#domain/units.ts';
import { type Cohort, type Estimate, latestOf } from './cohort-stretches.ts';

/** How much of the lines' height bands may take beyond them. */
const SHARE = 0.5;

type Span = { readonly low: number; readonly high: number };

/**
 * What a panel's axis has to reach: the lines and the narrower cohort's band. Of few requests nothing is known well, and a band ten times as high as the lines would make them flat: it may take half as
 * much room as the lines do, and runs out of the panel beyond. So does the first half of a stretch, in which a single failure is a high share. `undefined` where there is no value.
 */
export function cohortSpan(cohorts: readonly Cohort[], fromZero: boolean): Span | undefined {
  const lines = spanOf(
    cohorts.flatMap((cohort) => settled(cohort).map(({ value }) => ({ low: value, high: value }))),
  );
  if (lines === undefined) return undefined;
  const bands = cohorts.flatMap((cohort) => spanOf(settled(cohort).map(ended)) ?? []);
  const bottom = fromZero ? Math.min(0, lines.low) : lines.low;
  const room = (lines.high - bottom) * SHARE;
  // Lines that lie on the axis, or on each other, cannot be made flat.
  const narrow = room > 0 ? bands.toSorted((a, b) => a.high - a.low - (b.high - b.low)).slice(0, 1) : bands;
  const most = spanOf([{ low: lines.low - room, high: lines.high + room }, ...narrow]) ?? lines;
  const all = spanOf(cohorts.flatMap(estimatesOf).map(ended)) ?? lines;
  const low = Math.max(all.low, most.low);
  return { low: fromZero ? Math.max(low, bottom) : low, high: Math.min(all.high, most.high) };
}

/** Says how far what runs out of the panel goes, `on’s band to 24 %`, and the same in fewer words. Nothing where all is inside. */
export function beyondNotes(cohorts: readonly Cohort[], axis: Span, unit: Panel['unit']): readonly string[] {
  const lines = cohorts.map((cohort) => reachOf(cohort, ({ value }) => ({ low: value, high: value })));
  const bands = cohorts.map((cohort) => reachOf(cohort, (estimate) => estimate));
  const [of, reaches] = lines.some((line) => isBeyond(line, axis)) ? ['line', lines] : ['band', bands];
  const out = reaches.filter((reach) => isBeyond(reach, axis));
  const [only] = out;
  const reach = spanOf(out.flatMap(({ span }) => span ?? []));
  if (only === undefined || reach === undefined) return [];
  const name = out.length > 1 ? `${of}s` : `${only.role}’s ${of}`;
  const from = isBelow(reach, axis) ? ` from ${formatValue(reach.low, unit)}` : '';
  const to = isAbove(reach, axis) ? ` to ${formatValue(reach.high, unit)}` : '';
  return [`${name}${from}${to}`, out.length > 1 ? `${name} go on` : `${name} goes on`];
}

type Reach = { readonly role: string; readonly span?: Span };

function reachOf(cohort: Cohort, of: (estimate: Estimate) => Span): Reach {
  const span = spanOf(estimatesOf(cohort).map(of));
  return { role: cohort.role, ...present({ span }) };
}

function isBeyond({ span }: Reach, axis: Span): boolean {
  return span !== undefined && (isBelow(span, axis) || isAbove(span, axis));
}

/** What is missed by less than can be seen is rounding. */
function isBelow(span: Span, axis: Span): boolean {
  return span.low < axis.low - (axis.high - axis.low) * 1e-6;
}

function isAbove(span: Span, axis: Span): boolean {
  return span.high > axis.high + (axis.high - axis.low) * 1e-6;
}

/** The later half of every stretch, and the latest estimate: what the earlier ones came to. */
function settled(cohort: Cohort): readonly Estimate[] {
  const latest = latestOf(cohort);
  return [
    ...cohort.stretches.flatMap(({ estimates }) => estimates.slice(Math.floor(estimates.length / 2))),
    ...(latest === undefined ? [] : [latest]),
  ];
}

function estimatesOf({ stretches }: Cohort): readonly Estimate[] {
  return stretches.flatMap(({ estimates }) => estimates);
}

/** An interval without an end has none that the axis could reach. */
function ended({ value, low, high }: Estimate): Span {
  return { low: Number.isFinite(low) ? low : value, high: Number.isFinite(high) ? high : value };
}

/** From the lowest to the highest of spans. */
function spanOf(spans: readonly Span[]): Span | undefined {
  if (spans.length === 0) return undefined;
  return {
    low: Math.min(...spans.map(({ low }) => low)),
    high: Math.max(...spans.map(({ high }) => high)),
  };
}
