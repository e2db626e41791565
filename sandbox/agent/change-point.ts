/** A value at a moment, epoch ms. */
export type Point = { readonly at: number; readonly value: number };

/** Where a line changes its level: the moment (epoch ms) with its doubt in ms, and the levels before and after. */
export type ChangePoint = {
  readonly at: number;
  readonly plusMinus: number;
  readonly before: number;
  readonly after: number;
};

/** Fewer points than this on a side say nothing. */
const LEAST = 3;

/** How many times larger than the scatter around both levels a change has to be. */
const CLEAR = 3;

/** The split into two levels that leaves the least scatter, where the levels differ clearly; `undefined` where the line just goes on. Points are in order of time. */
export function changePoint(points: readonly Point[]): ChangePoint | undefined {
  const known = points.filter(({ value }) => Number.isFinite(value));
  let best: { readonly split: number; readonly rest: number } | undefined;
  for (let split = LEAST; split <= known.length - LEAST; split += 1) {
    const rest = scatter(known.slice(0, split)) + scatter(known.slice(split));
    if (best === undefined || rest < best.rest) best = { split, rest };
  }
  if (best === undefined) return undefined;
  const [was, is] = [known.slice(0, best.split), known.slice(best.split)];
  const [before, after] = [mean(was), mean(is)];
  const noise = Math.sqrt(best.rest / known.length);
  const [last, first] = [was.at(-1), is[0]];
  if (last === undefined || first === undefined || Math.abs(after - before) < CLEAR * noise) return undefined;
  if (before === after) return undefined;
  return { at: (last.at + first.at) / 2, plusMinus: (first.at - last.at) / 2, before, after };
}

function mean(points: readonly Point[]): number {
  return points.reduce((sum, { value }) => sum + value, 0) / points.length;
}

function scatter(points: readonly Point[]): number {
  const level = mean(points);
  return points.reduce((sum, { value }) => sum + (value - level) ** 2, 0);
}
