/** Something that was changed in production, as the hand-off or a list names it. `at` in epoch ms. */
export type Change = {
  readonly kind: 'deploy' | 'flag';
  readonly id: string;
  readonly service?: string;
  /** Such as `checkout v1.4.2`. */
  readonly what: string;
  readonly at: number;
};

/** What one signal of a service was and is, in its own unit, and when it became so. */
export type Shift = {
  readonly service: string;
  /** Such as `errors`. */
  readonly signal: string;
  readonly before: number;
  readonly after: number;
  readonly onset?: { readonly at: number; readonly plusMinus: number };
};

/** A change with how much speaks for its being the cause (0…1), and how long before the onset it came, in ms; negative when after. */
export type Suspect = { readonly change: Change; readonly confidence: number; readonly ahead: number };

/** After so many ms a change is half as suspect as one right before. */
const HALF_LIFE = 120_000;

/** Clocks and steps of metrics may put the onset so much before its cause, in ms. */
const EARLY = 10_000;

/** What is left for causes that nobody told of. */
const UNTOLD = 0.08;

/**
 * Changes by how likely each is the cause of the harm: those close before its onset first, a change of the service that is harmed before that of another one, unless that one changed at the same time too.
 * Sums to less than 1, for it may be something that nobody told of.
 */
export function rank(changes: readonly Change[], harm: Shift, others: readonly Shift[]): readonly Suspect[] {
  const { onset } = harm;
  if (onset === undefined) return [];
  const weighed = changes.map((change) => {
    const ahead = onset.at - change.at;
    const weight = closeness(ahead, onset.plusMinus) * reach(change, harm, others) * size(harm);
    return { change, ahead, weight };
  });
  const all = weighed.reduce((sum, { weight }) => sum + weight, UNTOLD);
  const ranked = weighed
    .map(({ change, ahead, weight }) => ({ change, ahead, confidence: weight / all }))
    .toSorted((a, b) => b.confidence - a.confidence);
  // A flag that was changed several times is one suspect, by the change that is closest.
  return ranked.filter(
    ({ change }, i) =>
      ranked.findIndex((one) => one.change.id === change.id && one.change.kind === change.kind) === i,
  );
}

/** Of several signals the one that changed clearest: by proportion, of those with an onset. */
export function clearest(shifts: readonly Shift[]): Shift | undefined {
  return shifts
    .filter(({ onset, before, after }) => onset !== undefined && after !== before)
    .toSorted((a, b) => proportion(b) - proportion(a))
    .at(0);
}

/** How many times larger the larger of both values is; 100 at most, which is what a rise from nothing is. */
export function proportion({ before, after }: Pick<Shift, 'before' | 'after'>): number {
  const [least, most] = [Math.min(before, after), Math.max(before, after)];
  return least <= 0 ? (most > 0 ? 100 : 1) : Math.min(100, most / least);
}

function closeness(ahead: number, doubt: number): number {
  if (ahead < -(doubt + EARLY)) return 0;
  return 0.5 ** (Math.max(0, ahead) / HALF_LIFE);
}

/** Whether a change can have reached the service that is harmed: its own can, that of another one if it changed too. */
function reach({ service }: Change, harm: Shift, others: readonly Shift[]): number {
  if (service === undefined || service === harm.service) return 1;
  const changed = others.some((one) => one.service === service && isBefore(one, harm));
  return changed ? 0.8 : 0.1;
}

function isBefore({ onset }: Shift, harm: Shift): boolean {
  if (onset === undefined || harm.onset === undefined) return false;
  return onset.at - onset.plusMinus <= harm.onset.at + harm.onset.plusMinus;
}

/** A small change of a signal says less than a large one. */
function size(harm: Shift): number {
  return Math.min(1, Math.log2(proportion(harm)));
}
