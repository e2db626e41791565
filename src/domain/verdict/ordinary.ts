/** Steps before and after a moment and of the history before it; `excluded` marks steps that are not ordinary: deploys, incidents. */
export type Surroundings = {
  readonly before: number;
  readonly after: number;
  readonly history: number;
  readonly excluded?: Uint8Array;
};

/** Ordinary moments that are looked at, at most: neighbouring ones say nearly the same. */
const MOST_MOMENTS = 2100;

/**
 * The moments of a history whose whole watch lies before this one and touches nothing that is excluded, on a grid of the series’ own, so that what is summed up
 * for one moment serves others.
 */
export function ordinaryMoments(
  { before, after, history, excluded }: Surroundings,
  moment: number,
): Int32Array {
  const every = Math.max(1, Math.ceil(history / MOST_MOMENTS));
  const first = Math.ceil(Math.max(before, moment - history) / every) * every;
  const found: number[] = [];
  for (let at = first; at + after <= moment; at += every)
    if (excluded === undefined || !isTouched(excluded, at - before, at + after)) found.push(at);
  return Int32Array.from(found);
}

function isTouched(excluded: Uint8Array, from: number, to: number): boolean {
  for (let i = Math.max(0, from); i < to; i += 1) if (excluded[i]) return true;
  return false;
}
