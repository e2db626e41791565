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

/** Says how far what runs out of the panel goes: `on’s band to 24 %`. Empty where all is inside. */
export function beyondNote(cohorts: readonly Cohort[], { low, high }: Span, unit: Panel['unit']): string {
  const slack = (high - low) * 1e-6;
  const beyond = (kind: 'line' | 'band', spans: readonly { role: string; span: Span | undefined }[]) => {
    const out = spans.filter(
      ({ span }) => span !== undefined && (span.low < low - slack || span.high > high + slack),
    );
    const reach = spanOf(out.flatMap(({ span }) => span ?? []));
    if (reach === undefined) return '';
    const [only] = out;
    const name = out.length > 1 || only === undefined ? `${kind}s` : `${only.role}’s ${kind}`;
    const from = reach.low < low - slack ? [`from ${formatValue(reach.low, unit)}`] : [];
    const to = reach.high > high + slack ? [`to ${formatValue(reach.high, unit)}`] : [];
    return [name, ...from, ...to].join(' ');
  };
  const lines = cohorts.map((cohort) => ({
    role: cohort.role,
    span: spanOf(estimatesOf(cohort).map(({ value }) => ({ low: value, high: value }))),
  }));
  const bands = cohorts.map((cohort) => ({ role: cohort.role, span: spanOf(estimatesOf(cohort)) }));
  return beyond('line', lines) || beyond('band', bands);
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
