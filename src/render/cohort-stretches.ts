import type { CohortsDrawing, Line, Panel } from '#domain/panel.ts';
import type { Instant } from '#domain/time.ts';
import { withoutNoise } from './axis.ts';
import { flagParts } from './marks.ts';

/** One value with its interval; without one, `low` and `high` are the value itself. */
export type Estimate = {
  readonly at: Instant;
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

/** What is drawn without a gap of one cohort: estimates that count on from the same beginning. `isNew`: counting began anew with it. */
export type Stretch = { readonly estimates: readonly Estimate[]; readonly isNew: boolean };

/** A cohort's line in its stretches. */
export type Cohort = {
  readonly role: 'on' | 'off';
  readonly stretches: readonly Stretch[];
  readonly hasBand: boolean;
};

/** Both cohorts of a panel, each taken apart where a sample is missing and where a change of the flag lets counting begin anew. */
export function cohortsOf(panel: Pick<Panel, 'lines'>, drawing: CohortsDrawing): readonly [Cohort, Cohort] {
  // The flag's own changes are named by their share alone: the picture's title has its name.
  const own = drawing.marks.filter(({ kind, label }) => kind === 'flag' && flagParts(label) === undefined);
  const changes = own.map(({ at }) => at);
  const of = (role: Cohort['role']): Cohort => {
    const line = panel.lines.find((candidate) => candidate.role === role);
    return {
      role,
      stretches: line === undefined ? [] : stretchesOf(estimatesOf(line), changes, drawing.step),
      hasBand: line?.band !== undefined,
    };
  };
  return [of('on'), of('off')];
}

/** A cohort's latest estimate. */
export function latestOf({ stretches }: Cohort): Estimate | undefined {
  return stretches.at(-1)?.estimates.at(-1);
}

function estimatesOf({ samples, band }: Line): readonly Estimate[] {
  const intervals = new Map(band?.map((interval) => [interval.at, interval]));
  return samples
    .filter(({ value }) => Number.isFinite(value))
    .map(({ at, value }) => {
      const { low, high } = intervals.get(at) ?? { low: value, high: value };
      const end = (bound: number) => withoutNoise(Number.isNaN(bound) ? value : bound);
      return { at, value: withoutNoise(value), low: end(low), high: end(high) };
    });
}

function stretchesOf(
  estimates: readonly Estimate[],
  changes: readonly Instant[],
  step: number,
): readonly Stretch[] {
  const stretches: { estimates: Estimate[]; isNew: boolean }[] = [];
  let previous: Instant | undefined;
  for (const estimate of estimates) {
    const isNew = previous === undefined || changes.some((at) => at >= (previous ?? at) && at < estimate.at);
    const current = stretches.at(-1);
    if (current === undefined || isNew || estimate.at - (previous ?? 0) > step * 1.5)
      stretches.push({ estimates: [estimate], isNew });
    else current.estimates.push(estimate);
    previous = estimate.at;
  }
  return stretches;
}
