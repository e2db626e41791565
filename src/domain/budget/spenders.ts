import type { Duration, Instant, Range } from '../time.ts';

/** Something that may have spent budget while it went on. */
export type Suspect = {
  readonly kind: 'incident' | 'deploy';
  readonly reference: string;
  readonly name: string;
  readonly range: Range;
};

/** What spent how much: `share` of all that was used, `used` as time in ms. The shares of all spenders are 1 together. */
export type Spender = {
  readonly kind: Suspect['kind'] | 'background';
  readonly name: string;
  readonly reference?: string;
  readonly at?: Instant;
  readonly share: number;
  readonly used: Duration;
};

/** What one step of counting spent, in events or lost time: only ratios matter. */
export type Spent = { readonly range: Range; readonly spent: number };

/**
 * Divides what was used among those who were at work then, nothing counted twice: a moment belongs to the incident that was open, else to the deploy
 * that was being watched (of several the one begun last), else to the background. Within a step spending is taken as even. Largest first, background last.
 */
export function spendersOf(
  steps: readonly Spent[],
  suspects: readonly Suspect[],
  used: Duration,
): readonly Spender[] {
  const total = steps.reduce((sum, { spent }) => sum + Math.max(0, spent), 0);
  if (total <= 0) return [];
  const ordered = suspects.toSorted(
    (a, b) => Number(b.kind === 'incident') - Number(a.kind === 'incident') || b.range.from - a.range.from,
  );
  const sums = new Map<Suspect, number>();
  let background = 0;
  for (const { range, spent } of steps) {
    if (spent <= 0) continue;
    const near = ordered.filter((one) => one.range.from < range.to && one.range.to > range.from);
    const cuts = [
      ...new Set([range.from, range.to, ...near.flatMap((one) => [one.range.from, one.range.to])]),
    ]
      .filter((at) => at >= range.from && at <= range.to)
      .toSorted((a, b) => a - b);
    cuts.slice(1).forEach((to, i) => {
      const from = cuts[i] ?? range.from;
      const part = (spent * (to - from)) / (range.to - range.from);
      const owner = near.find((one) => one.range.from <= from && one.range.to >= to);
      if (owner === undefined) background += part;
      else sums.set(owner, (sums.get(owner) ?? 0) + part);
    });
  }
  const named = [...sums]
    .filter(([, sum]) => sum > 0)
    .map(
      ([{ kind, name, reference, range }, sum]): Spender => ({
        ...{ kind, name, reference, at: range.from, share: sum / total, used: (sum / total) * used },
      }),
    )
    .toSorted((a, b) => b.share - a.share);
  const rest: Spender = {
    ...{ kind: 'background', name: 'background', share: background / total },
    used: (background / total) * used,
  };
  return background > 0 ? [...named, rest] : named;
}
