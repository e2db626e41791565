import { shiftBounds } from '#domain/verdict/ranks.ts';

/** Rules that others judge by, at their one look at the end: what came before, what came after, and whether it is called worse, which is higher. */
export const PEERS: Readonly<
  Record<string, (before: readonly number[], after: readonly number[]) => boolean>
> = {
  /** Kayenta’s classifier without its effect gate: the lower end of the 98 % interval of the shift lies above a quarter of the shift. */
  'Mann–Whitney 98 %': (before, after) => {
    const { low } = shiftBounds(before, after, 2.326);
    const shift = shiftBounds(before, after, 0).low;
    return low > 0.25 * Math.abs(shift);
  },
  'fixed 25 %': (before, after) => {
    const was = middleOf(before);
    return middleOf(after) - was > 0.25 * Math.abs(was);
  },
};

export type Peer = keyof typeof PEERS;

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] ?? Number.NaN)
    : ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}
