import type { Instant } from '../time.ts';
import type { Spender } from './spenders.ts';
import { figuresOf, type Usage } from './usage.ts';
import { shortUnit } from './words.ts';

/** A spender as it is printed, or all that have no line of their own: its time in the figures of the budget’s sentence, its share in whole per cents. */
export type SpentLine = {
  readonly kind: Spender['kind'] | 'more';
  readonly name: string;
  readonly at?: Instant;
  readonly used: string;
  readonly percent: string;
};

/**
 * At most `most` lines that say what spent a budget, with figures that add up as printed: the times to what the sentence says was used, the shares to 100 %. What does not
 * divide evenly goes to those with the largest remainders. A spender that is too small for a figure is `under` the smallest one, never nothing.
 */
export function spentLines(
  spenders: readonly Spender[],
  usage: Pick<Usage, 'allowed' | 'used'>,
  most = 7,
): readonly SpentLine[] {
  const rest = spenders.filter(({ kind }) => kind === 'background');
  const named = spenders.filter(({ kind }) => kind !== 'background');
  const room = most - rest.length;
  const shown = named.length <= room ? named : named.slice(0, room - 1);
  const hidden = named.slice(shown.length);
  const more = { kind: 'more' as const, name: `${hidden.length} more`, share: sumOf(hidden) };
  const lines = [...shown, ...(hidden.length > 0 ? [more] : []), ...rest];
  const figures = figuresOf(usage);
  const shares = lines.map(({ share }) => share);
  const counts = divided(figures.countOf(usage.used), shares);
  const percents = divided(100, shares);
  const said = (count: number, write: (count: number) => string) =>
    count > 0 ? write(count) : `under ${write(1)}`;
  return lines.map((line, i) => ({
    ...{ kind: line.kind, name: line.name },
    ...('at' in line && line.at !== undefined ? { at: line.at } : {}),
    used: said(counts[i] ?? 0, (count) => `${figures.written(count)} ${shortUnit(figures)}`),
    percent: said(percents[i] ?? 0, (count) => `${count} %`),
  }));
}

/** Divides whole things by shares (largest remainder): whose share is larger never gets less, and all are handed out. */
export function divided(whole: number, shares: readonly number[]): readonly number[] {
  const all = shares.reduce((sum, share) => sum + share, 0);
  const exact = shares.map((share) => (all > 0 ? (whole * share) / all : 0));
  const counts = exact.map(Math.floor);
  const left = all > 0 ? whole - counts.reduce((sum, count) => sum + count, 0) : 0;
  const order = exact
    .map((value, i) => ({ i, remainder: value - Math.floor(value) }))
    .toSorted((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of order.slice(0, left)) counts[i] = (counts[i] ?? 0) + 1;
  return counts;
}

function sumOf(spenders: readonly Spender[]): number {
  return spenders.reduce((sum, { share }) => sum + share, 0);
}
