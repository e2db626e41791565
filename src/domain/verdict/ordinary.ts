/**
 * Steps before and after a moment and of the history before it; `excluded` marks steps that are not ordinary: deploys, incidents; `known` those of which anything is known, all where it
 * is left out.
 */
export type Surroundings = {
  readonly before: number;
  readonly after: number;
  readonly history: number;
  readonly excluded?: Uint8Array;
  readonly known?: Uint8Array;
};

/** Ordinary moments that are looked at, at most: neighbouring ones say nearly the same. */
const MOST_MOMENTS = 2100;

/** So much of what lies before a moment, and of what lies after, has to be known. */
const ENOUGH_KNOWN = 0.6;

/**
 * The moments of a history whose whole watch lies before this one, is known and touches nothing that is excluded, on a grid of the series’ own, so that what is summed up
 * for one moment serves others.
 */
export function ordinaryMoments(surroundings: Surroundings, moment: number): Int32Array {
  const { before, after, history, known } = surroundings;
  const begin = Math.max(0, moment - history);
  let seen = 0;
  for (let i = begin; i < moment; i += 1) seen += known === undefined || known[i] ? 1 : 0;
  const every = Math.max(1, Math.ceil(seen / MOST_MOMENTS));
  const first = Math.ceil(Math.max(before, begin) / every) * every;
  const isOrdinary = ordinary(surroundings);
  const found: number[] = [];
  for (let at = first; at + after <= moment; at += every) if (isOrdinary(at)) found.push(at);
  return Int32Array.from(found);
}

/** Tells whether enough of a moment's surroundings is known, and nothing of it is excluded. */
export function ordinary({ before, after, excluded, known }: Surroundings): (at: number) => boolean {
  const [knownUpTo, excludedUpTo] = [known, excluded].map((marks) => marks && upTo(marks));
  const within = (sums: Int32Array, from: number, to: number) =>
    (sums[Math.min(to, sums.length - 1)] ?? 0) - (sums[Math.max(0, from)] ?? 0);
  return (at) =>
    (knownUpTo === undefined ||
      (within(knownUpTo, at - before, at) >= ENOUGH_KNOWN * before &&
        within(knownUpTo, at, at + after) >= ENOUGH_KNOWN * after)) &&
    (excludedUpTo === undefined || within(excludedUpTo, at - before, at + after) === 0);
}

/** How many of moments have watches that do not overlap. */
export function independentOf(moments: Int32Array, { before, after }: Surroundings): number {
  let [count, end] = [0, Number.NEGATIVE_INFINITY];
  for (const moment of moments) {
    if (moment - before < end) continue;
    count += 1;
    end = moment + after;
  }
  return count;
}

/** How many marks there are before each index. */
export function upTo(marks: Uint8Array): Int32Array {
  const sums = new Int32Array(marks.length + 1);
  marks.forEach((mark, i) => {
    sums[i + 1] = (sums[i] ?? 0) + (mark === 0 ? 0 : 1);
  });
  return sums;
}
